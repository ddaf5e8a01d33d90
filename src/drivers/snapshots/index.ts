export { createFileStore } from './file-store.js';
export { generateSiteKey } from './keys.js';
export { createSecretStore } from './secret-store.js';
export { createSnapshots, type SnapshotSettings } from './snapshots.js';
export type { SnapshotStore, StoredSnapshot, Tag } from './store.js';
