import { INFOSCALE_GROUP } from '../../domain/names.js';

const of = (plural: string) => ({ group: INFOSCALE_GROUP, version: 'v1', plural });

/** The kinds of InfoScale that a run reads. */
export const drPlans = of('disasterrecoveryplans');
export const dataReplications = of('datareplications');
export const dnsObjects = of('dns');
export const memberships = of('globalclustermemberships');
