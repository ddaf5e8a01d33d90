export * from './plan-exists-everywhere.js';
export * from './plan-names-the-source.js';
export * from './plans-say-the-same.js';
export * from './target-is-preferred.js';
export * from './nobody-else-sets-the-primary.js';
export * from './selector-is-deliberate.js';
export * from './limits-are-sound.js';
