import { ChangeoverError } from '../../domain/errors.js';
import type { NamesPlan, PlannedRecord, ZonePlan } from '../../domain/plan.js';
import { sameValues } from '../../domain/dns-records.js';
import type { Traffic } from '../../ports/traffic.js';
import type { Work } from '../../ports/work.js';
import { awaitServers, type Expected } from './everywhere.js';
import { converse, serverName } from './exchange.js';
import { observeNames } from './observe.js';
import { readPlanned, settleZone, text, type CurrentRecord } from './settle.js';
import { giveTtlBack } from './ttl-back.js';
import type { Swap } from './update.js';
import { createZones, type TrafficSettings, type ZoneSettings } from './zones.js';

type Side = 'before' | 'after';

/** Names by RFC 2136 updates, signed with TSIG (RFC 8945), over TCP; records are read from every authoritative server itself. */
export function createTraffic({ zones: settings, timeoutMs }: TrafficSettings): Traffic {
  const zones = createZones(settings);

  async function forward(plan: NamesPlan, act: (zone: ZoneSettings, records: readonly PlannedRecord[]) => Promise<readonly string[]>): Promise<readonly string[]> {
    return (await Promise.all(plan.zones.filter(({ reverse }) => !reverse).map(({ zone, records }) => act(zones.get(zone), records)))).flat();
  }

  /** One zone to one side, as one change, and the primary's own answer to it. */
  async function ensureSide({ zone: name, records }: ZonePlan, towards: Side, { ttlOf, work }: { ttlOf: (record: PlannedRecord) => number; work: Work }): Promise<readonly string[]> {
    const zone = zones.get(name);
    const from: Side = towards === 'after' ? 'before' : 'after';
    return converse(zone.primary, { timeoutMs, signal: work.signal }, async (conversation) => {
      await settleZone(conversation, {
        zone, records, work,
        // The usual case takes one round trip: say what we believe, and look only when the server denies it.
        believed: records.map((record) => record[from]),
        changes: (current) => (isSettled(current, towards) ? [] : current.map(({ record, values }): Swap => ({ name: record.name, type: record.type, from: values, to: record[towards], ttlSeconds: ttlOf(record) }))),
      });
      const answered = await readPlanned(conversation, zone, records);
      if (!isSettled(answered, towards)) {
        const reasons = answered.filter(({ record, values }) => !sameValues(values, record[towards])).map(({ record, values }) => `${serverName(zone.primary)} answers ${record.name} ${record.type} with ${text(values)} after it was changed to ${text(record[towards])}.`);
        throw new ChangeoverError('RecordChanged', reasons.join(' '), { reasons });
      }
      return answered.map(({ record, values }) => `${serverName(zone.primary)}: ${record.name} ${record.type} ${text(values)}`);
    });
  }

  /** The records that exist carry the TTL; their values stay. Returns what every server must come to answer. */
  async function ensureZoneTtl(zone: ZoneSettings, records: readonly PlannedRecord[], { ttlSeconds, work }: { ttlSeconds: number; work: Work }): Promise<readonly Expected[]> {
    return converse(zone.primary, { timeoutMs, signal: work.signal }, async (conversation) => {
      let seen: readonly CurrentRecord[] = [];
      await settleZone(conversation, {
        zone, records, work,
        believed: null,
        changes: (current) => {
          seen = current;
          return current
            .filter((one) => one.ttlSeconds !== null && one.ttlSeconds !== ttlSeconds)
            .map(({ record, values }): Swap => ({ name: record.name, type: record.type, from: values, to: values, ttlSeconds }));
        },
      });
      return seen.map(({ record, values }) => ({ name: record.name, type: record.type, values, ttlSeconds }));
    });
  }

  return {
    observe: (questions, probe) => observeNames(questions, { zones, timeoutMs, probe }),
    reverseZoneOf: (address) => zones.reverseZoneOf(address),

    async ensureTtl(plan, ttlSeconds, work) {
      await forward(plan, async (zone, records) => awaitServers(zone, await ensureZoneTtl(zone, records, { ttlSeconds, work }), { timeoutMs, work }));
    },

    ensureTtlBack: (plan, set, work) =>
      forward(plan, async (zone, records) => {
        const { expected, left } = await giveTtlBack(zone, records, { set, original: plan.originalTtlSeconds, timeoutMs, work });
        await awaitServers(zone, expected, { timeoutMs, work });
        return left;
      }),

    async ensureRedirected(plan, towards, { ttlSeconds, work }) {
      await Promise.all(plan.zones.filter(({ reverse }) => !reverse).map((zone) => ensureSide(zone, towards, { ttlOf: () => ttlSeconds, work })));
    },

    awaitEverywhere: (plan, work) =>
      forward(plan, (zone, records) => awaitServers(zone, records.map(({ name, type, after }) => ({ name, type, values: after, ttlSeconds: null })), { timeoutMs, work })),

    async ensureReverse(plan, towards, work) {
      const lines = await Promise.all(plan.zones.filter(({ reverse }) => reverse).map((zone) => ensureSide(zone, towards, { ttlOf: ({ ttlSeconds }) => ttlSeconds, work })));
      return lines.flat();
    },
  };
}

/** An empty list of records is settled: a zone with nothing to change needs no update. */
function isSettled(current: readonly CurrentRecord[], towards: Side): boolean {
  return current.every(({ record, values }) => sameValues(values, record[towards]));
}
