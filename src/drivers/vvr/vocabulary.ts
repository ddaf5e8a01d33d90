import type { SecondaryView } from '../../domain/observation.js';
import type { Role } from '../../domain/roles.js';
import type { Repstatus } from './repstatus.js';

/**
 * The words of VVR we decide by. Complete tables were never published, so each value is matched from its beginning
 * and every unknown word means "not ready".
 * Verified (VVR guides): `consistent, up-to-date`, `inconsistent`, `replicating (connected)`, `SRL`, `DCM (contains …)`,
 * `enabled for I/O`. Recalled: `consistent, behind`, `SRL (… Kbytes behind, … % full)`.
 */
const upToDate = 'consistent, up-to-date';
const behind = 'consistent, behind';
export const REPLICATING = 'replicating (connected)';
const quiet = 'enabled for I/O';

/** Whether the RVG's state says that no role command is at work. Unknown words say that one may be. */
export function isQuiet(rvgState: string): boolean {
  return rvgState === quiet;
}

/**
 * Whether a role command may be at work, as far as this site can say. VVR documents no way to ask, so the RVG's state is read:
 * any state of a Primary but the quiet one counts as a command. A Secondary repeats its Primary's state, which says something
 * only while it is fresh: not with configuration errors, since the Primary may be gone for good. `acting secondary` is settled.
 */
export function mayBeCommanded({ role, state, stale }: { role: Role; state: string; stale: boolean }): boolean {
  if (role === 'primary') return !isQuiet(state);
  return !stale && state !== '' && !isQuiet(state) && state !== 'acting secondary';
}

/** Why a Secondary does not have every write; each reason a sentence, none when it has. */
export function notDrained(secondary: SecondaryView): readonly string[] {
  return [
    ...(secondary.dataStatus === upToDate ? [] : [`${secondary.host} is "${secondary.dataStatus}", not "${upToDate}".`]),
    ...notReplicating(secondary),
  ];
}

/** Why a Secondary does not protect the Primary's data; being a moment behind is no reason. */
export function notProtected(secondary: SecondaryView): readonly string[] {
  const usable = secondary.dataStatus === upToDate || secondary.dataStatus.startsWith(behind);
  return [
    ...(usable ? [] : [`The data on ${secondary.host} is "${secondary.dataStatus}".`]),
    ...notReplicating(secondary),
  ];
}

function notReplicating({ host, replicationStatus, loggingTo }: SecondaryView): readonly string[] {
  return [
    ...(replicationStatus.startsWith(REPLICATING) ? [] : [`Replication to ${host} is "${replicationStatus}", not "${REPLICATING}".`]),
    ...(/^SRL\b/.test(loggingTo) && !loggingTo.includes('DCM') ? [] : [`Writes for ${host} are logged to "${loggingTo}", not to the SRL.`]),
  ];
}

/** Every reason at once why this report does not satisfy `judge` for all Secondaries, planned and reported. */
export function missingOf(
  report: Repstatus,
  planned: readonly string[],
  judge: (secondary: SecondaryView) => readonly string[],
): readonly string[] {
  const reported = new Set(report.secondaries.map(({ host }) => host.toLowerCase()));
  return [
    ...report.configErrors.map((error) => `Configuration error: ${error}`),
    ...(report.secondaries.length === 0 ? ['No Secondary is reported.'] : []),
    ...planned.filter((host) => !reported.has(host.toLowerCase())).map((host) => `The Secondary ${host} is not reported.`),
    ...report.secondaries.flatMap(judge),
  ];
}

/** One line a Secondary, as the storage said it. */
export function lineOf({ host, dataStatus, replicationStatus, loggingTo, behind: lag }: SecondaryView): string {
  return `${host}: ${dataStatus}; ${replicationStatus}; logging to ${loggingTo}; behind ${lag}`;
}
