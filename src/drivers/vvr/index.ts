export { createVvr } from './vvr.js';
export { vvrDefaults, type VvrSettings } from './settings.js';
