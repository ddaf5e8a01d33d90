import type { PlannedRecord } from '../plan.js';
import type { Check } from './facts.js';

export const dnsObjectsExist: Check = ({ source, target }) =>
  [source, target].flatMap((o) => (o.plan?.dnsPointer != null && o.dns === null ? [`${o.site}: DNS ${o.plan.dnsPointer} does not exist.`] : []));

/** A plan with names is never moved without them. */
export const namesWereObserved: Check = ({ source, target, names }) =>
  names === null && (source.plan?.dnsPointer != null || target.plan?.dnsPointer != null) ? [`The plan has DNS records (${source.plan?.dnsPointer ?? target.plan?.dnsPointer}), but they could not be observed.`] : [];

const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && [...a].toSorted().join() === [...b].toSorted().join();

function asExpected(record: PlannedRecord, answer: readonly string[]): boolean {
  return same(answer, record.before);
}

export const recordsAreAsDescribed: Check = ({ names, source }) => {
  if (names === null) return [];
  return names.plan.zones
    .filter((z) => !z.reverse)
    .flatMap((z) =>
      z.records.flatMap((r) =>
        names.observed.servers
          .filter((s) => s.zone === z.zone)
          .flatMap((s) => {
            const answer = s.answers.find((a) => a.name === r.name && a.type === r.type)?.values ?? [];
            return asExpected(r, answer) ? [] : [`Name server ${s.server} answers ${r.name} ${r.type} with ${answer.join(' ') || 'nothing'}; the DNS object on ${source.site} says ${r.before.join(' ') || 'nothing'}.`];
          }),
      ),
    );
};

export const updatesAreAccepted: Check = ({ names }) => (names?.observed.servers ?? []).flatMap((s) => (s.updateRefused === null ? [] : [`Name server ${s.server} refuses updates of ${s.zone}: ${s.updateRefused}`]));

export const everyZoneCanBeUpdated: Check = ({ names }) =>
  (names?.plan.zones ?? []).flatMap((z) => (names?.observed.servers.some((s) => s.zone === z.zone && s.updatable) ? [] : [`No name server is configured to update zone ${z.zone}.`]));

export const addressesAnswer: Check = ({ names, target }) =>
  Object.entries(names?.observed.reachable ?? {}).flatMap(([address, problem]) => (problem === null ? [] : [`The address ${address} of ${target.site} does not accept connections: ${problem}`]));
