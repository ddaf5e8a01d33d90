import { defineCheck, found } from '../check.js';
import type { WayBackFacts } from '../facts.js';

export const rolesAreAsRecorded = defineCheck<WayBackFacts>({
  name: 'roles-are-as-recorded',
  asks: 'The storage says Primary here and Secondary there',
  fix: 'Settle the roles in VVR first (vradmin -l repstatus); two Primaries or none are never moved from.',
  find: ({ source, target }) => {
    if (source.replication === null && source.plan?.dataReplicationPointer == null) return [];
    const [here, there] = [source.replication?.role ?? 'unreadable', target.replication?.role ?? 'unreadable'];
    return [
      ...(here === 'primary' ? [] : [found(source, `The volume group is ${here} on ${source.site}, not primary.`)]),
      ...(there === 'secondary' ? [] : [found(target, `The volume group is ${there} on ${target.site}, not secondary.`)]),
    ];
  },
});
