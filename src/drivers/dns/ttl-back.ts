import type { PlannedRecord } from '../../domain/plan.js';
import { leftSentence } from '../../domain/restore/original.js';
import { sameValues } from '../../domain/dns-records.js';
import type { Work } from '../../ports/work.js';
import type { Expected } from './everywhere.js';
import { converse } from './exchange.js';
import { askRecord } from './query.js';
import { settleZone, text, type CurrentRecord } from './settle.js';
import type { Swap } from './update.js';
import type { ZoneSettings } from './zones.js';

export interface TtlBack {
  readonly set: number;
  readonly original: number;
  readonly timeoutMs: number;
  readonly work: Work;
}

/**
 * Records that still carry the TTL a run set get their own back. One with another TTL, or with values the plan does not know, is
 * someone else's by now: it stays, with a sentence. `expected`: what every server must come to answer.
 */
export async function giveTtlBack(zone: ZoneSettings, records: readonly PlannedRecord[], { set, original, timeoutMs, work }: TtlBack): Promise<{ expected: readonly Expected[]; left: readonly string[] }> {
  return converse(zone.primary, { timeoutMs, signal: work.signal }, async (conversation) => {
    const answers = await Promise.all(records.map(async (record) => ({ record, values: (await askRecord(conversation, zone.primary, record))?.values ?? [] })));
    const strangers = answers.filter(({ record, values }) => !sameValues(values, record.before) && !sameValues(values, record.after));
    let seen: readonly CurrentRecord[] = [];
    await settleZone(conversation, {
      zone, records: answers.filter((one) => !strangers.includes(one)).map(({ record }) => record), work,
      believed: null,
      changes: (current) => {
        seen = current;
        return current.filter((one) => one.ttlSeconds === set && set !== original).map(({ record, values }): Swap => ({ name: record.name, type: record.type, from: values, to: values, ttlSeconds: original }));
      },
    });
    const others = seen.filter((one) => one.ttlSeconds !== null && one.ttlSeconds !== set && one.ttlSeconds !== original);
    return {
      expected: seen.filter((one) => !others.includes(one)).map(({ record, values }) => ({ name: record.name, type: record.type, values, ttlSeconds: original })),
      left: [
        ...strangers.map(({ record, values }) => leftSentence(`${record.name} ${record.type}`, 'the record', { is: text(values), was: text(record.before) })),
        ...others.map(({ record, ttlSeconds }) => leftSentence(`${record.name} ${record.type}`, 'the TTL', { is: `${ttlSeconds} s`, was: `${original} s` })),
      ],
    };
  });
}
