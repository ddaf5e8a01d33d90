import { defineCheck, found } from '../check.js';

/** A shared RVG would move someone else's data too. */
export const groupIsOnlyOurs = defineCheck({
  name: 'group-is-only-ours',
  asks: 'The volume group is this application\'s alone',
  fix: 'Give each application an RVG of its own.',
  find: ({ source }) => {
    const handles = new Set(source.application.claims.map((c) => c.handle));
    return (source.replication?.volumes ?? [])
      .filter((v) => !handles.has(v.name))
      .map((v) => found(source, `Volume ${v.name} is in volume group ${source.replication?.rvg} but belongs to no claim of this application: a shared volume group is refused.`));
  },
});
