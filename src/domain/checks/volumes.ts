import type { Check } from './facts.js';

export const claimsAreReplicated: Check = ({ source }) => {
  if (source.application.claims.length === 0) return [];
  return source.plan?.dataReplicationPointer == null
    ? [`The application has ${source.application.claims.length} PersistentVolumeClaim(s), but the plan has no dataReplicationPointer: their data would stay behind.`]
    : [];
};

export const claimsAreBoundFileVolumes: Check = ({ source }) =>
  source.application.claims.flatMap((c) => {
    if (c.phase !== 'Bound' || c.persistentVolume === null) return [`Claim ${c.name} on ${source.site} is ${c.phase}, not Bound.`];
    if (c.volumeMode !== 'Filesystem') return [`Claim ${c.name} is a ${c.volumeMode} volume; only Filesystem volumes are supported.`];
    if (c.handle === null || c.driver === null) return [`Claim ${c.name} is bound to ${c.persistentVolume}, which is not a CSI volume.`];
    return [];
  });

/** Volume by volume: claim → PV → handle → volume in this RVG, same name, size and DCM on both sites. */
export const everyClaimIsInTheGroup: Check = ({ source, target }) => {
  const claims = source.application.claims.filter((c) => c.handle !== null);
  if (claims.length === 0 || source.replication === null || target.replication === null) return [];
  return claims.flatMap((c) => {
    const here = source.replication?.volumes.find((v) => v.name === c.handle);
    if (here === undefined) return [`Claim ${c.name} (volume ${c.handle}) is not in volume group ${source.replication?.rvg} on ${source.site}: its data is not replicated.`];
    const there = target.replication?.volumes.find((v) => v.name === c.handle);
    if (there === undefined) return [`Volume ${c.handle} of claim ${c.name} has no counterpart of that name in ${target.replication?.rvg} on ${target.site}.`];
    const reasons: string[] = [];
    if (there.sectors !== here.sectors) reasons.push(`Volume ${c.handle} has ${here.sectors} sectors on ${source.site} and ${there.sectors} on ${target.site}.`);
    if (!here.dcm) reasons.push(`Volume ${c.handle} has no DCM on ${source.site}.`);
    if (!there.dcm) reasons.push(`Volume ${c.handle} has no DCM on ${target.site}.`);
    return reasons;
  });
};

/** A shared RVG would move someone else's data too. */
export const groupIsOnlyOurs: Check = ({ source }) => {
  const handles = new Set(source.application.claims.map((c) => c.handle));
  return (source.replication?.volumes ?? [])
    .filter((v) => !handles.has(v.name))
    .map((v) => `Volume ${v.name} is in volume group ${source.replication?.rvg} but belongs to no claim of this application: a shared volume group is refused.`);
};

export const templatesUseOnlyKnownClaims: Check = ({ source }) => {
  const known = new Set(source.application.claims.map((c) => c.name));
  return source.application.workloads.flatMap((w) => w.claims.filter((c) => !known.has(c)).map((c) => `${w.kind}/${w.name} mounts claim ${c}, which the selector does not name or which does not exist.`));
};
