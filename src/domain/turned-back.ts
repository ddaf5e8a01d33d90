import type { ReplicationView } from './observation.js';
import type { NamesPlan, Plan, PlannedRecord } from './plan.js';

/**
 * The plan of the way back: source and target changed places, and so did what the names had before and have after. `view` is read at the
 * site that is Primary now: only it knows its Secondaries by name. The digest is added by whoever can hash.
 */
export function turnedBack(plan: Plan, view: Pick<ReplicationView, 'secondaries'> | null): Plan {
  const { source, target, names, replication } = plan;
  return {
    ...plan,
    procedure: 'turn-back',
    epoch: plan.epoch + 1,
    source: target,
    target: source,
    members: [target, source, ...plan.members.filter((member) => member !== source && member !== target)],
    replication: replication === null ? null : { ...replication, secondaries: (view?.secondaries ?? []).map(({ host }) => host) },
    names: names === null ? null : turnedNames(names),
    digest: '',
  };
}

function turnedNames(names: NamesPlan): NamesPlan {
  const turned = (record: PlannedRecord): PlannedRecord => ({ ...record, before: record.after, after: record.before });
  const zones = names.zones.map((zone) => ({ ...zone, records: zone.records.map(turned) }));
  const addresses = new Set(zones.filter((zone) => !zone.reverse).flatMap((zone) => zone.records.filter(({ type }) => type === 'A' || type === 'AAAA').flatMap(({ after }) => after)));
  return { ...names, zones, addresses: [...addresses].toSorted().map((address) => ({ address, from: 'the records before the run' })) };
}
