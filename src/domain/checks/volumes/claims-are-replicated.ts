import { defineCheck, found } from '../check.js';

export const claimsAreReplicated = defineCheck({
  name: 'claims-are-replicated',
  asks: 'Claims have a data replication',
  fix: 'Create a DataReplication and name it in dataReplicationPointer.',
  find: ({ source }) => {
    const { claims } = source.application;
    return claims.length === 0 || source.plan?.dataReplicationPointer != null
      ? []
      : [found(source, `The application has ${claims.length} PersistentVolumeClaim(s), but the plan has no dataReplicationPointer: their data would stay behind.`)];
  },
});
