import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

/** Unknown is a no; but whether VCS is at work can be seen by hand as well. */
export const vcsCouldBeAsked = defineCheck({
  name: 'vcs-could-be-asked',
  asks: 'VCS could be asked which of its groups change roles',
  fix: 'Start the VCS engine in the InfoScale pods, or see why hares -display and hagrp -display fail there.',
  overriding: 'somebody has seen that no VCS group changes the role of this volume group',
  find: (facts) => bothSites(facts).flatMap((o) => (o.replication?.vcs?.state === 'unreadable' ? [found(o, `VCS on ${o.site} could not be asked which of its groups change the role of ${o.replication.rvg}.`)] : [])),
});
