import type { Check } from './facts.js';
import * as ownership from './ownership.js';
import * as replication from './replication.js';
import * as sites from './sites.js';

/** The objects that the application had at the site it returns to: they stand, stopped and fenced, and nothing of them was taken away. */
export const applicationStandsBy: Check = ({ target }) => {
  const { application, fence, site } = target;
  if (!application.namespaceExists || application.namespaceTerminating) return [`The application's namespace does not stand on ${site} any more.`];
  const reasons = application.workloads.some((w) => w.treatment === 'scale' || w.treatment === 'park') ? [] : [`No workload of the application stands on ${site} any more.`];
  const unbound = application.claims.filter((c) => c.phase !== 'Bound').map((c) => `Claim ${c.name} on ${site} is ${c.phase}, not Bound.`);
  return [...reasons, ...unbound, ...(fence.on ? [] : [`The fence on ${site} is not on: what stands there may have run.`])];
};

/** What must be true before the way back; `source` is the site that is Primary now, `target` the one it came from. */
export const turnBackChecks: readonly Check[] = [
  sites.everythingCouldBeRead,
  sites.sitesAreDifferentClusters,
  sites.sitesAreThePinnedOnes,
  sites.nobodyElseManagesDr,
  ownership.unitIsAdopted,
  ownership.unitIsFree,
  applicationStandsBy,
  replication.rolesAreAsRecorded,
  replication.everyLinkIsReady,
  replication.noRoleCommandIsAlive,
];
