import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

/** Law 13: never two masters. VCS swaps the roles again, or takes over, when a group that holds such a resource is brought online by it; it leaves a frozen group alone. */
export const noVcsGroupChangesTheRole = defineCheck({
  name: 'no-vcs-group-changes-the-role',
  asks: 'No VCS group would change the role of the volume group',
  fix: 'Freeze the group for as long as the run lasts (hagrp -freeze GROUP), or leave the move to VCS.',
  find: (facts) =>
    bothSites(facts).flatMap((o) =>
      (o.replication?.vcs?.groups ?? []).flatMap(({ name, resource, type, isFrozen }) => (isFrozen ? [] : [found(o, `VCS on ${o.site} changes the role of ${o.replication?.rvg} itself: group ${name} holds ${resource} (${type}) and is not frozen.`)])),
    ),
});
