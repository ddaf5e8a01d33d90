import { ChangeoverError } from '../../domain/errors.js';
import type { RecordSet } from '../../domain/observation.js';
import type { PlannedRecord } from '../../domain/plan.js';
import { sameValues } from '../../domain/dns-records.js';
import type { Work } from '../../ports/work.js';
import { serverName, type Conversation } from './exchange.js';
import { askRecord } from './query.js';
import { compareAndSwap, type Swap } from './update.js';
import type { ZoneSettings } from './zones.js';

/** How often another writer may be faster before we leave it to the caller. */
const TRIES = 3;

interface Settling {
  readonly zone: ZoneSettings;
  readonly records: readonly PlannedRecord[];
  /** What the zone is believed to hold; null: ask first. */
  readonly believed: readonly (readonly string[])[] | null;
  /** The changes from these values; empty: the zone is as wished. */
  readonly changes: (current: readonly CurrentRecord[]) => readonly Swap[];
  readonly work: Work;
}

export interface CurrentRecord {
  readonly record: PlannedRecord;
  readonly values: readonly string[];
  /** Null where the record is absent, or was not asked for. */
  readonly ttlSeconds: number | null;
}

/**
 * Brings a zone's records to what `changes` says, by compare-and-swap from `believed` values or from what the primary answers.
 * Only the plan's own values, before or after, are ever replaced: a third value throws `RecordChanged`.
 */
export async function settleZone(conversation: Conversation, settling: Settling): Promise<void> {
  const { zone, records, work } = settling;
  let current = settling.believed?.map((values, index): CurrentRecord => ({ record: at(records, index), values, ttlSeconds: null })) ?? (await readPlanned(conversation, zone, records));
  for (let tries = 0; tries < TRIES; tries += 1) {
    const swaps = settling.changes(current);
    if (swaps.length === 0) return;
    await work.guard();
    work.report(`changing ${swaps.map(({ name, type }) => `${name} ${type}`).join(', ')} on ${serverName(zone.primary)}`);
    if ((await compareAndSwap(conversation, zone, swaps)) === 'done') return;
    current = await readPlanned(conversation, zone, records);
  }
  throw new ChangeoverError('Conflict', `Someone else keeps changing the records of ${zone.zone}.`);
}

/** The primary's own answers. Throws `RecordChanged` when one is neither the value before nor the one after. */
export async function readPlanned(conversation: Conversation, zone: ZoneSettings, records: readonly PlannedRecord[]): Promise<readonly CurrentRecord[]> {
  const answers = await Promise.all(records.map((record) => askRecord(conversation, zone.primary, record)));
  const current = answers.map((answer, index) => currentOf(at(records, index), answer));
  const strangers = current.filter(({ record, values }) => !sameValues(values, record.before) && !sameValues(values, record.after));
  if (strangers.length === 0) return current;
  const reasons = strangers.map(({ record, values }) =>
    `${record.name} ${record.type} is ${text(values)} on ${serverName(zone.primary)}; the plan knows ${text(record.before)} before and ${text(record.after)} after.`);
  throw new ChangeoverError('RecordChanged', reasons.join(' '), { reasons });
}

function currentOf(record: PlannedRecord, answer: RecordSet | null): CurrentRecord {
  return { record, values: answer?.values ?? [], ttlSeconds: answer?.ttlSeconds ?? null };
}

function at(records: readonly PlannedRecord[], index: number): PlannedRecord {
  const record = records[index];
  if (record === undefined) throw new ChangeoverError('Bug', 'There are more values than records.');
  return record;
}

/** A record's values for people. */
export function text(values: readonly string[]): string {
  return values.length === 0 ? 'absent' : values.join(' ');
}
