export * from './claims-are-replicated.js';
export * from './claims-are-bound-file-volumes.js';
export * from './every-claim-is-in-the-group.js';
export * from './group-is-only-ours.js';
export * from './templates-use-only-known-claims.js';
