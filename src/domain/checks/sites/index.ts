export * from './everything-could-be-read.js';
export * from './sites-are-different-clusters.js';
export * from './sites-are-the-pinned-ones.js';
export * from './peers-are-connected.js';
export * from './nobody-else-manages-dr.js';
export * from './rights-are-complete.js';
export * from './fence-can-be-built.js';
