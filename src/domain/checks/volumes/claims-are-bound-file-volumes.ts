import { defineCheck, found } from '../check.js';

export const claimsAreBoundFileVolumes = defineCheck({
  name: 'claims-are-bound-file-volumes',
  asks: 'Every claim is a bound CSI file volume',
  fix: 'Bind it, or take the claim out of the application: other volumes are not moved.',
  find: ({ source }) =>
    source.application.claims.flatMap((c) => {
      if (c.phase !== 'Bound' || c.persistentVolume === null) return [found(source, `Claim ${c.name} on ${source.site} is ${c.phase}, not Bound.`)];
      if (c.volumeMode !== 'Filesystem') return [found(source, `Claim ${c.name} is a ${c.volumeMode} volume; only Filesystem volumes are supported.`)];
      return c.handle === null || c.driver === null ? [found(source, `Claim ${c.name} is bound to ${c.persistentVolume}, which is not a CSI volume.`)] : [];
    }),
});
