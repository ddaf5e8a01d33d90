export * from './dns-objects-exist.js';
export * from './names-were-observed.js';
export * from './records-are-as-described.js';
export * from './updates-are-accepted.js';
export * from './every-zone-can-be-updated.js';
export * from './addresses-answer.js';
