import { sameValues } from '../../domain/dns-records.js';
import { reverseName } from '../../domain/dns.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { RecordSet } from '../../domain/observation.js';
import type { NamesPlan, PlannedRecord, ZonePlan } from '../../domain/plan.js';
import { leftSentence } from '../../domain/restore/original.js';
import type { Traffic } from '../../ports/traffic.js';
import type { Work } from '../../ports/work.js';
import { isoOf } from './clock.js';
import { canWrite } from './consequences.js';
import type { Core } from './core.js';
import { recordKey, type NameServer } from './state.js';

const valuesAt = (server: NameServer, record: Pick<PlannedRecord, 'name' | 'type'>) => server.records.get(recordKey(record.name, record.type))?.values ?? [];

export function createTraffic(core: Core): Traffic {
  const master = () => {
    const found = core.names.servers[0];
    if (found === undefined || !found.reachable) throw new ChangeoverError('Unreachable', 'The update master does not answer.');
    return found;
  };
  const updatable = () => {
    const found = master();
    if (found.refuses !== null) throw new ChangeoverError('Forbidden', `${found.server} refuses updates: ${found.refuses}`);
    return found;
  };
  const swap = async (zone: ZonePlan, how: { towards: 'after' | 'before'; ttlSeconds: number | null; work: Work }) => {
    const server = updatable();
    const away = how.towards === 'after' ? 'before' : 'after';
    if (zone.records.every((r) => sameValues(valuesAt(server, r), r[how.towards]))) return server;
    const third = zone.records.find((r) => !sameValues(valuesAt(server, r), r[away]));
    if (third !== undefined) {
      throw new ChangeoverError('RecordChanged', `${third.name} ${third.type} is ${valuesAt(server, third).join(' ') || 'absent'} on ${server.server}; expected ${third[away].join(' ') || 'no record'}.`);
    }
    await how.work.guard();
    core.change(`update of ${zone.zone}`, () => {
      for (const record of zone.records) put(server, { name: record.name, type: record.type, ttlSeconds: how.ttlSeconds ?? record.ttlSeconds, values: record[how.towards] });
      if (!zone.reverse) judgeRedirect(core, zone, how.towards);
    });
    return server;
  };
  const everyServer = (plan: NamesPlan, holds: (server: NameServer, record: PlannedRecord) => boolean, work: Work) =>
    core.until(work.signal, () => {
      const records = plan.zones.filter((z) => !z.reverse).flatMap((z) => z.records);
      return core.names.servers.every((s) => s.reachable && records.every((r) => holds(s, r))) ? records : undefined;
    });

  return {
    observe: async (questions, probe) => ({
      at: isoOf(core.clock),
      servers: core.names.servers.flatMap((s) =>
        s.reachable
          ? [...new Set(questions.map((q) => q.zone))].map((zone) => ({
              server: s.server,
              zone,
              updatable: s.updatable,
              updateRefused: s.updatable ? s.refuses : null,
              answers: questions.filter((q) => q.zone === zone).flatMap((q) => structuredClone(s.records.get(recordKey(q.name, q.type)) ?? [])),
            }))
          : [],
      ),
      reachable: Object.fromEntries(probe.map((address) => [address, connects(core, address)])),
      unknowns: core.names.servers.filter((s) => !s.reachable).map((s) => `Name server ${s.server} does not answer.`),
    }),
    reverseZoneOf: (address) => core.names.zones.find((z) => z.reverse && reverseName(address).endsWith(`.${z.zone}`))?.zone ?? null,
    ensureTtlBack: async (plan, set, work) => {
      const server = updatable();
      const left: string[] = [];
      const ours: PlannedRecord[] = [];
      for (const record of plan.zones.filter((z) => !z.reverse).flatMap((z) => z.records)) {
        const found = server.records.get(recordKey(record.name, record.type));
        const values = found?.values ?? [];
        const what = `${record.name} ${record.type}`;
        if (!sameValues(values, record.before) && !sameValues(values, record.after)) left.push(leftSentence(what, 'the record', { is: values.join(' ') || 'absent', was: record.before.join(' ') || 'absent' }));
        else if (found !== undefined && found.ttlSeconds !== set && found.ttlSeconds !== plan.originalTtlSeconds) left.push(leftSentence(what, 'the TTL', { is: `${found.ttlSeconds} s`, was: `${plan.originalTtlSeconds} s` }));
        else ours.push(record);
        if (found === undefined || found.ttlSeconds !== set || !ours.includes(record) || set === plan.originalTtlSeconds) continue;
        await work.guard();
        core.change(`TTL of ${record.name}`, () => put(server, { ...found, ttlSeconds: plan.originalTtlSeconds }));
      }
      await everyServer(plan, (s, r) => !ours.includes(r) || (s.records.get(recordKey(r.name, r.type))?.ttlSeconds ?? plan.originalTtlSeconds) === plan.originalTtlSeconds, work);
      return left;
    },
    ensureTtl: async (plan, wanted, work) => {
      const server = updatable();
      for (const record of plan.zones.filter((z) => !z.reverse).flatMap((z) => z.records)) {
        const found = server.records.get(recordKey(record.name, record.type));
        const values = found?.values ?? [];
        if (!sameValues(values, record.before) && !sameValues(values, record.after)) throw new ChangeoverError('RecordChanged', `${record.name} ${record.type} is ${values.join(' ') || 'absent'} on ${server.server}, neither of the planned values.`);
        if (found === undefined || found.ttlSeconds === wanted) continue;
        await work.guard();
        core.change(`TTL of ${record.name}`, () => put(server, { ...found, ttlSeconds: wanted }));
      }
      await everyServer(plan, (s, r) => (s.records.get(recordKey(r.name, r.type))?.ttlSeconds ?? wanted) === wanted, work);
    },
    ensureRedirected: async (plan, towards, { ttlSeconds, work }) => {
      for (const zone of plan.zones) if (!zone.reverse) await swap(zone, { towards, ttlSeconds, work });
    },
    awaitEverywhere: async (plan, work) => {
      const records = await everyServer(plan, (s, r) => sameValues(valuesAt(s, r), r.after), work);
      return core.names.servers.flatMap((s) => records.map((r) => `${s.server}: ${r.name} ${r.type} ${r.after.join(' ')}`));
    },
    ensureReverse: async (plan, towards, work) => {
      const zones = plan.zones.filter((z) => z.reverse);
      for (const zone of zones) await swap(zone, { towards, ttlSeconds: null, work });
      return zones.flatMap((z) => z.records.map((r) => `${r.name} ${r.type} ${r[towards].join(' ') || 'absent'}`));
    },
  };
}

function put(server: NameServer, record: RecordSet): void {
  const key = recordKey(record.name, record.type);
  if (record.values.length === 0) server.records.delete(key);
  else server.records.set(key, structuredClone(record));
}

/** Names lead only to a site that can serve (the step before has proved it). */
function judgeRedirect(core: Core, zone: ZonePlan, towards: 'after' | 'before'): void {
  const values = zone.records.flatMap((r) => r[towards]);
  const site = [...core.sites.values()].find((s) => s.addresses.some((a) => values.includes(a)));
  if (site !== undefined && !canWrite(core, site)) core.law.break(`The names were led to ${site.site} before the application runs there.`);
}

function connects(core: Core, address: string): string | null {
  const site = [...core.sites.values()].find((s) => s.addresses.some((a) => address === a || address.startsWith(`${a}:`) || address.startsWith(`[${a}]`)));
  if (site === undefined) return 'no such address';
  return site.powered ? site.entryPointDown : 'no answer';
}
