export { zoneSettings } from './configured.js';
export { createTraffic } from './traffic.js';
export type { TsigKey } from './tsig.js';
export type { TrafficSettings, ZoneSettings } from './zones.js';
