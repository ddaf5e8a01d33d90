/**
 * The load client: three habits side by side write without pause and record what they were told.
 * Prints {"ready":true} when every habit has its first acknowledgement, and a summary when SIGTERM ends it.
 * Ends with 0, or 2 for wrong arguments.
 */
import { readArguments } from './arguments.js';
import type { ClientArguments } from './arguments.js';
import { nowMs } from './clock.js';
import { obeysTtl, resolvesAlways, resolvesOnce } from './habits.js';
import type { AddressPolicy, OnAnswer } from './habits.js';
import { NameServers } from './name-servers.js';
import { Recorder } from './recorder.js';
import type { Habit } from './recorder.js';
import { writeOrders } from './writer.js';

type MakePolicy = (servers: NameServers, name: string, onAnswer: OnAnswer) => AddressPolicy;

const policies: Readonly<Record<Habit, MakePolicy>> = {
  always: resolvesAlways,
  ttl: obeysTtl,
  once: resolvesOnce,
};
const habits: readonly Habit[] = ['always', 'ttl', 'once'];

/** Records an answer only when that server said something else before: one line per change, not per query. */
function recordChanges(recorder: Recorder, habit: Habit): OnAnswer {
  const before = new Map<string, string>();
  return ({ server, addresses, ttl }) => {
    const said = addresses.join(' ');
    if (before.get(server) === said) return;
    before.set(server, said);
    recorder.write({ kind: 'answer', habit, server, at: nowMs(), addresses, ttl });
  };
}

async function run({ name, port, dns, out, paceMs, clientId }: ClientArguments): Promise<void> {
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort());
  process.on('SIGINT', () => stopping.abort());
  const recorder = new Recorder(out);
  const clientOf = (habit: Habit): string => `${habit}-${clientId}`;
  const names = { always: clientOf('always'), ttl: clientOf('ttl'), once: clientOf('once') };
  recorder.write({ kind: 'start', at: nowMs(), name, habits: names });
  let first = 0;
  const onFirst = (): void => {
    first += 1;
    if (first === habits.length) console.log(JSON.stringify({ ready: true, at: nowMs() }));
  };
  const summaries = await Promise.all(
    habits.map(async (habit) => {
      const policy = policies[habit](new NameServers(dns), name, recordChanges(recorder, habit));
      const options = { policy, client: names[habit], name, port, paceMs, recorder, stop: stopping.signal };
      const summary = await writeOrders(options, onFirst);
      policy.agent.destroy();
      return [habit, summary] as const;
    }),
  );
  recorder.write({ kind: 'end', at: nowMs() });
  recorder.close();
  console.log(JSON.stringify({ ended: true, habits: Object.fromEntries(summaries) }));
}

function parse(): ClientArguments | undefined {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
    return undefined;
  }
}

const parsed = parse();
if (parsed !== undefined) await run(parsed);
