import { findFault } from '../faults/catalog.js';
import { play, playNone } from '../faults/play.js';
import { Scenario } from '../scenario/scenario.js';
import { labSettings } from '../settings.js';
import { faultDemoResult, type FaultDemoResult } from './fault-result.js';
import { nextCommands } from './next-commands.js';

interface FaultDemoOptions {
  readonly keep: boolean;
  readonly json: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const WRITES_AROUND = 50;

/** Plays one fault in a lab of its own, then migrates without one, and asks the judge. Returns the exit code. */
export async function demoFault(name: string, { keep, json, say, signal }: FaultDemoOptions): Promise<number> {
  const fault = findFault(name);
  const scenario = new Scenario({ progress: say, signal, settings: { ...labSettings(), ttlSeconds: 1 }, ...fault.options });
  let stays = false;
  try {
    await scenario.begin();
    await scenario.load.awaitMore(WRITES_AROUND, 20_000);
    say(`the fault: ${fault.title}`);
    say(`  made so: ${fault.how}`);
    say(`  the product must: ${fault.must}`);
    const played = await play(fault, { scenario, source: 'east', target: 'west', say, signal });
    say(`the run closed as ${played.outcome}; ${played.serves} serves`);
    const next = await playNone(scenario, played, { say, signal });
    const verdict = await scenario.judge(next.serves);
    const result = faultDemoResult(name, { played, next, verdict });
    stays = keep;
    await scenario.end(keep, next.serves);
    summarize(result, say);
    if (keep) console.log(nextCommands());
    if (json) console.log(JSON.stringify(result));
    return result.reasons.length === 0 ? 0 : 1;
  } finally {
    if (!stays) await scenario.end();
  }
}

function summarize(result: FaultDemoResult, say: (line: string) => void): void {
  const seconds = (value: number | null): string => (value === null ? 'none' : `${value.toFixed(2)} s`);
  say(`outage under the fault, seen by the client that obeys TTLs: ${seconds(result.outageSeconds)}; of the migration after it: ${seconds(result.migrationOutageSeconds)}`);
  if (result.timeToServiceSeconds !== null) say(`from the decision to turn back until that client was served at home: ${seconds(result.timeToServiceSeconds)}`);
  say(`writes acknowledged ${result.writesAcknowledged}, lost ${result.writesLost}; most sites writable at once: ${result.writersAtOnce}`);
  for (const reason of result.reasons) say(`  ${reason}`);
  say(result.reasons.length === 0 ? 'PASSED' : 'FAILED');
}
