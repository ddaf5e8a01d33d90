import { defineCheck, found } from '../check.js';

/** Volume by volume: claim → PV → handle → volume in this RVG, same name, size and DCM on both sites. */
export const everyClaimIsInTheGroup = defineCheck({
  name: 'every-claim-is-in-the-group',
  asks: 'Every claim is a volume of the group, on both sites',
  fix: 'Add the volume to the RVG on both sites, with the same name, size and a DCM.',
  find: ({ source, target }) => {
    if (source.replication === null || target.replication === null) return [];
    const [here, there] = [source.replication, target.replication];
    return source.application.claims.flatMap(({ name, handle }) => {
      if (handle === null) return [];
      const mine = here.volumes.find((v) => v.name === handle);
      if (mine === undefined) return [found(source, `Claim ${name} (volume ${handle}) is not in volume group ${here.rvg} on ${source.site}: its data is not replicated.`)];
      const theirs = there.volumes.find((v) => v.name === handle);
      if (theirs === undefined) return [found(target, `Volume ${handle} of claim ${name} has no counterpart of that name in ${there.rvg} on ${target.site}.`)];
      return [
        ...(theirs.sectors === mine.sectors ? [] : [found(target, `Volume ${handle} has ${mine.sectors} sectors on ${source.site} and ${theirs.sectors} on ${target.site}.`)]),
        ...(mine.dcm ? [] : [found(source, `Volume ${handle} has no DCM on ${source.site}.`)]),
        ...(theirs.dcm ? [] : [found(target, `Volume ${handle} has no DCM on ${target.site}.`)]),
      ];
    });
  },
});
