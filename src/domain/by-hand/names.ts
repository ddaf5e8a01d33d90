import { hostAndPort } from '../host-port.js';
import type { PlannedRecord, ZonePlan } from '../plan.js';
import type { ByHandFacts, HandStep } from './facts.js';
import { fed, word } from './shell.js';

/** The names, zone by zone: all of a zone changes or nothing, and only from the value that it had before. */
export function nameSteps({ plan, serves, zones }: ByHandFacts): readonly HandStep[] {
  const there = serves === plan.target;
  const ttlSeconds = plan.request.options.shortTtlSeconds;
  return (plan.names?.zones ?? []).toSorted((a, b) => Number(a.reverse) - Number(b.reverse)).flatMap(({ zone, records }): readonly HandStep[] => {
    const place = zones.find((one) => one.zone === zone);
    const changing = records.map((record) => (there ? record : { ...record, before: record.after, after: record.before })).filter(({ before, after }) => before.join(' ') !== after.join(' '));
    if (place === undefined || changing.length === 0) return [];
    return [
      {
        title: `Names in ${zone} lead to ${serves}`,
        look: 'The last command shows the new values. "update failed: NXRRSET" or "YXRRSET" means that a name is not what it was before: look at it; where it has the new value already, nothing is left to do.',
        commands: [update(place, { zone, reverse: false, records: changing }, ttlSeconds), ...changing.map((record) => dig(place.primary, record))],
      },
    ];
  });
}

function update({ zone, primary, key }: { zone: string; primary: string; key: string }, { records }: ZonePlan, ttlSeconds: number): string {
  const { host, port } = hostAndPort(primary);
  // By TCP, as the product asks: a name server may take updates by nothing else.
  return fed(`nsupdate -v -k ${word(key)}`, [
    `server ${host} ${port}`,
    `zone ${zone}`,
    ...records.flatMap(({ name, type, before }) => (before.length === 0 ? [`prereq nxrrset ${name} ${type}`] : before.map((value) => `prereq yxrrset ${name} ${type} ${rdata(type, value)}`))),
    ...records.map(({ name, type }) => `update delete ${name} ${type}`),
    ...records.flatMap(({ name, type, after }) => after.map((value) => `update add ${name} ${ttlSeconds} ${type} ${rdata(type, value)}`)),
    'send',
  ]);
}

function dig(primary: string, { name, type }: PlannedRecord): string {
  const { host, port } = hostAndPort(primary);
  return `dig +tcp +short @${host} -p ${port} ${word(name)} ${type}`;
}

function rdata(type: PlannedRecord['type'], value: string): string {
  return type === 'TXT' ? JSON.stringify(value) : value;
}
