import * as application from './application/index.js';
import type { Check } from './check.js';
import type { Facts, WayBackFacts } from './facts.js';
import * as names from './names/index.js';
import * as outage from './outage/index.js';
import * as ownership from './ownership/index.js';
import * as planObject from './plan-object/index.js';
import * as replication from './replication/index.js';
import * as room from './room/index.js';
import * as sites from './sites/index.js';
import * as turnBack from './turn-back/index.js';
import * as volumes from './volumes/index.js';

/** What must be true before a planned migration. Read it aloud; every check is evaluated, every reason shown. */
export const plannedMigrationChecks: readonly Check[] = [
  sites.everythingCouldBeRead,
  sites.sitesAreDifferentClusters,
  sites.sitesAreThePinnedOnes,
  sites.peersAreConnected,
  sites.nobodyElseManagesDr,
  sites.rightsAreComplete,
  sites.credentialsOutlastTheRun,
  sites.credentialsLastHalfADay,
  sites.fenceCanBeBuilt,
  sites.targetIsNotOlder,
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
  planObject.limitsAreSound,
  application.applicationExists,
  application.applicationIsOnline,
  application.everyKindCanBeStopped,
  application.everyWorkloadCanBeFenced,
  application.nobodyElseMounts,
  application.nobodyElseReconciles,
  application.targetServesEveryKind,
  application.targetHasEveryReference,
  application.targetIsClear,
  room.quotasLeaveRoom,
  room.limitRangesAllowThePods,
  room.podSecurityIsNoStricter,
  room.nodesHaveRoom,
  room.nodesHaveTheArchitecture,
  room.nodesAreAlike,
  room.webhooksAnswer,
  room.webhooksAreInside,
  room.imagesAreThere,
  volumes.claimsAreReplicated,
  volumes.claimsAreBoundFileVolumes,
  volumes.everyClaimIsInTheGroup,
  volumes.groupIsOnlyOurs,
  volumes.templatesUseOnlyKnownClaims,
  replication.dataReplicationAgrees,
  replication.rolesAreAsRecorded,
  replication.everyLinkIsReady,
  replication.noRoleCommandIsAlive,
  replication.noVcsGroupChangesTheRole,
  replication.vcsCouldBeAsked,
  names.dnsObjectsExist,
  names.namesWereObserved,
  names.recordsAreAsDescribed,
  names.updatesAreAccepted,
  names.everyZoneCanBeUpdated,
  outage.outageFitsTheBudget,
  outage.targetKeepsUp,
  outage.oldTtlIsShort,
];

/**
 * What must be true right before the outage. The target is staged by now, so it is not clear; and since its Services stand there,
 * its addresses must accept connections. The limits of the run stand in its plan by now.
 */
export const recheckChecks: readonly Check[] = [...plannedMigrationChecks.filter((check) => check !== application.targetIsClear && check !== outage.oldTtlIsShort && check !== planObject.limitsAreSound), names.addressesAnswer];

/** What must be true before the way back; `source` is the site that is Primary now, `target` the one it came from. */
export const turnBackChecks: readonly Check<WayBackFacts>[] = [
  sites.everythingCouldBeRead,
  sites.sitesAreDifferentClusters,
  sites.sitesAreThePinnedOnes,
  sites.nobodyElseManagesDr,
  ownership.unitIsAdopted,
  ownership.unitIsFree,
  turnBack.applicationStandsBy,
  replication.rolesAreAsRecorded,
  replication.everyLinkIsReady,
  replication.noRoleCommandIsAlive,
];

/** The same where home is Primary already and the other site Secondary: there is no role to swap, and no link of the other site to swap it over. */
export const homeIsPrimaryChecks: readonly Check<WayBackFacts>[] = turnBackChecks.filter((check) => check !== replication.rolesAreAsRecorded && check !== replication.everyLinkIsReady);

export { judge, overrideProblems, refusing, sentenceOf, type Reason } from './judge.js';
export type { Check, Facts, WayBackFacts };
