import { setTimeout as pause } from 'node:timers/promises';
import { ChangeoverError } from '../../domain/errors.js';
import { sameValues } from '../../domain/dns-records.js';
import type { Work } from '../../ports/work.js';
import { converse, serverName, type Server } from './exchange.js';
import { askRecord, type RecordKey } from './query.js';
import { text } from './settle.js';
import { serversOf, type ZoneSettings } from './zones.js';

/** Pause between two questions to one server, milliseconds: DNS has no watch. */
const QUESTION_INTERVAL_MS = 50;

/** What a server must answer. */
export interface Expected extends RecordKey {
  readonly values: readonly string[];
  /** Null where every TTL will do. */
  readonly ttlSeconds: number | null;
}

interface Options {
  readonly timeoutMs: number;
  readonly work: Work;
}

/** Waits until every server of the zone answers as expected. Returns `server: name type values` lines; throws `NotEverywhere` when aborted first. */
export async function awaitServers(zone: ZoneSettings, expected: readonly Expected[], options: Options): Promise<readonly string[]> {
  const lines = await Promise.all(serversOf(zone).map((server) => awaitServer(server, expected, options)));
  return lines.flat();
}

async function awaitServer(server: Server, expected: readonly Expected[], { timeoutMs, work }: Options): Promise<readonly string[]> {
  let missing: readonly string[] = [`Name server ${serverName(server)} was not asked yet.`];
  let told = '';
  while (!work.signal.aborted) {
    missing = await differences(server, expected, { timeoutMs, work });
    if (missing.length === 0) return expected.map(({ name, type, values }) => `${serverName(server)}: ${name} ${type} ${text(values)}`);
    const message = missing.join(' ');
    if (message !== told) work.report((told = message));
    await pause(QUESTION_INTERVAL_MS, undefined, { signal: work.signal }).catch(() => undefined);
  }
  throw new ChangeoverError('NotEverywhere', missing.join(' '), { reasons: missing, cause: work.signal.reason });
}

async function differences(server: Server, expected: readonly Expected[], { timeoutMs, work }: Options): Promise<readonly string[]> {
  try {
    const answers = await converse(server, { timeoutMs, signal: work.signal }, (conversation) => Promise.all(expected.map((record) => askRecord(conversation, server, record))));
    return expected.flatMap((record, index) => {
      const answer = answers[index] ?? null;
      const name = `Name server ${serverName(server)} answers ${record.name} ${record.type} with`;
      if (!sameValues(answer?.values ?? [], record.values)) return [`${name} ${text(answer?.values ?? [])}, not ${text(record.values)}.`];
      const late = record.ttlSeconds !== null && answer !== null && answer.ttlSeconds !== record.ttlSeconds;
      return late ? [`${name} a TTL of ${answer.ttlSeconds} s, not ${record.ttlSeconds} s.`] : [];
    });
  } catch (error) {
    if (error instanceof ChangeoverError && error.isPassing) return [error.message];
    throw error;
  }
}
