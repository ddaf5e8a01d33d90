export * from './old-ttl-is-short.js';
export * from './outage-fits-the-budget.js';
export * from './target-keeps-up.js';
