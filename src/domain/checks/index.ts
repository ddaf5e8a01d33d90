import * as application from './application.js';
import type { Check, Facts } from './facts.js';
import * as names from './names.js';
import * as ownership from './ownership.js';
import * as planObject from './plan-object.js';
import * as replication from './replication.js';
import * as sites from './sites.js';
import * as volumes from './volumes.js';

/** What must be true before a planned migration. Read it aloud; every check is evaluated, every reason shown. */
export const plannedMigrationChecks: readonly Check[] = [
  sites.everythingCouldBeRead,
  sites.sitesAreDifferentClusters,
  sites.sitesAreThePinnedOnes,
  sites.peersAreConnected,
  sites.nobodyElseManagesDr,
  sites.rightsAreComplete,
  sites.fenceCanBeBuilt,
  ownership.unitIsAdopted,
  ownership.recordsAreEqual,
  ownership.unitIsFree,
  ownership.sourceIsTheWriter,
  ownership.primaryIsTheExpectedOne,
  planObject.planExistsEverywhere,
  planObject.planNamesTheSource,
  planObject.plansSayTheSame,
  planObject.targetIsPreferred,
  planObject.nobodyElseSetsThePrimary,
  planObject.selectorIsDeliberate,
  application.applicationExists,
  application.applicationIsOnline,
  application.everyKindCanBeStopped,
  application.everyWorkloadCanBeFenced,
  application.nobodyElseMounts,
  application.nobodyElseReconciles,
  application.targetServesEveryKind,
  application.targetHasEveryReference,
  application.targetIsClear,
  volumes.claimsAreReplicated,
  volumes.claimsAreBoundFileVolumes,
  volumes.everyClaimIsInTheGroup,
  volumes.groupIsOnlyOurs,
  volumes.templatesUseOnlyKnownClaims,
  replication.dataReplicationAgrees,
  replication.rolesAreAsRecorded,
  replication.everyLinkIsReady,
  replication.noRoleCommandIsAlive,
  names.dnsObjectsExist,
  names.namesWereObserved,
  names.recordsAreAsDescribed,
  names.updatesAreAccepted,
  names.everyZoneCanBeUpdated,
];

/**
 * What must be true right before the outage. The target is staged by now, so it is not clear; and since its Services stand there,
 * its addresses must accept connections.
 */
export const recheckChecks: readonly Check[] = [...plannedMigrationChecks.filter((check) => check !== application.targetIsClear), names.addressesAnswer];

/** Every reason why not, without repetition; empty when all checks hold. */
export function judge(checks: readonly Check[], facts: Facts): readonly string[] {
  return [...new Set(checks.flatMap((check) => check(facts)))];
}

export type { Check, Facts };
