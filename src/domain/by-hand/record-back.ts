import { ownershipName, SYSTEM_NAMESPACE } from '../names.js';
import type { OwnershipPhase, OwnershipRecord } from '../ownership.js';
import type { Plan } from '../plan.js';
import type { Status } from '../status.js';
import { word } from './shell.js';

/**
 * The line by which a person puts back an ownership record that was removed while a run holds the unit. `create` refuses where one stands, so
 * it cannot write over another run's. Nobody is named as the writer where that is not certain: the run names one again when it starts one.
 */
export function recordBack(site: string, plan: Plan, status: Pick<Status, 'writer' | 'line' | 'outage'>): string {
  const { unit, run, epoch, procedure } = plan;
  const record: OwnershipRecord = { unit: unit.name, epoch, writer: status.writer === 'unknown' ? null : status.writer, run, procedure, phase: phaseOf(status), turns: {}, clusterUid: plan.clusterUids[site] ?? '' };
  return ['kubectl', 'create', 'configmap', ownershipName(unit.name), '-n', SYSTEM_NAMESPACE, `--from-literal=record=${JSON.stringify(record)}`].map(word).join(' ');
}

function phaseOf({ line, outage }: Pick<Status, 'line' | 'outage'>): OwnershipPhase {
  if (line === 'crossing') return 'crossing';
  return line === 'after' ? 'forward' : outage === null ? 'preparing' : 'offline';
}
