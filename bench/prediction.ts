import { parseArgs } from 'node:util';
import { waitFor } from '../lab/process/wait.js';
import type { Progress } from '../lab/progress.js';
import { Scenario } from '../lab/scenario/scenario.js';
import { withApi } from '../lab/scenario/application.js';
import { siteNames, type SiteName } from '../lab/settings.js';
import { askVvrd } from '../lab/site/vvrd-client.js';

const usage = `Usage: npm run bench -- prediction [--each 2] [--json] [--verbose]

Moves the application "orders" to and fro in one lab, under conditions that change, and compares each outage with what the screen had
predicted right before it. The first move under new conditions knows nothing of them; the second remembers the first.
  --each N    moves under each of the conditions (default 2)
  --json      print one JSON object as the last line
  --verbose   also say what the lab does`;

/** What is different from a quick application on a near, idle link. */
interface Conditions {
  readonly what: string;
  /** Seconds that the container's preStop hook takes, and that the readiness probe waits. */
  readonly stop?: number;
  readonly start?: number;
  /** Switches of the VVR simulator, at both sites. */
  readonly storage?: Readonly<Record<string, number>>;
}

const conditions: readonly Conditions[] = [
  { what: 'as it is' },
  { what: 'it takes 3 s to stop', stop: 3 },
  { what: 'it takes 4 s to start', start: 4 },
  { what: 'migrate takes 2 s', storage: { migrateMs: 2_000 } },
  { what: 'a far site: 200 ms each way', storage: { delayMs: 200 } },
];

export interface PredictedMove {
  readonly what: string;
  readonly nth: number;
  readonly to: SiteName;
  readonly predictedSeconds: number;
  readonly realSeconds: number;
  /** |predicted − real| is at most 1 s or 30 % of the real outage. */
  readonly within: boolean;
}

/** Exit code 0 when every move that could remember one like it was predicted within 1 s or 30 %. */
export async function benchPrediction(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { each: { type: 'string', default: '2' }, json: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const each = Number(values.each);
  if (values.help || !Number.isInteger(each) || each < 1) {
    console.log(usage);
    return values.help ? 0 : 1;
  }
  const moves = await measureAll(each, { signal, progress: values.verbose ? (line) => console.log(line) : () => {} });
  const remembered = moves.filter(({ nth }) => nth > 1);
  console.log(`\n${moves.map(lineOf).join('\n')}\n\nwithin 1 s or 30 %: ${remembered.filter(({ within }) => within).length} of ${remembered.length} that could remember one like it; ${moves.filter(({ within }) => within).length} of all ${moves.length}`);
  if (values.json) console.log(JSON.stringify({ moves }));
  return remembered.every(({ within }) => within) ? 0 : 1;
}

async function measureAll(each: number, options: { signal: AbortSignal; progress: Progress }): Promise<readonly PredictedMove[]> {
  const scenario = new Scenario(options);
  const moves: PredictedMove[] = [];
  try {
    await scenario.begin();
    let from: SiteName = 'east';
    for (const condition of conditions) {
      await apply(condition, from);
      for (let nth = 1; nth <= each; nth += 1) {
        const to: SiteName = from === 'east' ? 'west' : 'east';
        await scenario.load.awaitMore(100, 30_000);
        const move = await moveTo(scenario, to, { what: condition.what, nth });
        moves.push(move);
        console.log(lineOf(move));
        from = to;
        options.signal.throwIfAborted();
      }
    }
    return moves;
  } finally {
    await scenario.end();
  }
}

/** At the site where the application runs; what it becomes there moves with it. */
async function apply({ stop = 0, start = 0, storage = {} }: Conditions, at: SiteName): Promise<void> {
  for (const site of siteNames) await askVvrd(site, { op: 'sim', set: { migrateMs: 0, delayMs: 0, ...storage } });
  await withApi(at, async (api) => {
    const path = '/apis/apps/v1/namespaces/orders/deployments/orders';
    const deployment = (await api.request('GET', path)) as { spec: { template: { spec: { containers: { readonly name: string; readinessProbe?: object }[] } } } };
    const containers = deployment.spec.template.spec.containers.map((container, i) =>
      i > 0 ? container : { ...container, lifecycle: stop === 0 ? null : { preStop: { exec: { command: ['sleep', String(stop)] } } }, readinessProbe: { ...container.readinessProbe, initialDelaySeconds: start } },
    );
    await api.request('PATCH', path, { value: { spec: { template: { spec: { containers } } } }, type: 'application/merge-patch+json' });
    await waitFor(async () => isRolledOut((await api.request('GET', path)) as RolledOut), { what: `orders to run as changed at ${at}`, deadlineMs: 60_000 });
  });
}

interface RolledOut {
  readonly metadata: { readonly generation: number };
  readonly status?: { readonly observedGeneration?: number; readonly replicas?: number; readonly updatedReplicas?: number; readonly readyReplicas?: number };
}

function isRolledOut({ metadata, status }: RolledOut): boolean {
  return status?.observedGeneration === metadata.generation && status.replicas === 1 && status.updatedReplicas === 1 && status.readyReplicas === 1;
}

async function moveTo(scenario: Scenario, to: SiteName, of: { what: string; nth: number }): Promise<PredictedMove> {
  const { exitCode, stderr } = await scenario.try(['migrate', 'orders', '--to', to, '--reason', 'predicted']);
  if (exitCode !== 0) throw new Error(`the move to ${to} ended with exit code ${exitCode}: ${stderr.trim()}`);
  const { prediction, outage } = JSON.parse((await scenario.try(['status', 'orders', '-o', 'json'])).stdout) as { prediction: { totalMs: number }; outage: { startedAt: string; endedAt: string } };
  const predictedSeconds = prediction.totalMs / 1000;
  const realSeconds = (Date.parse(outage.endedAt) - Date.parse(outage.startedAt)) / 1000;
  const error = Math.abs(predictedSeconds - realSeconds);
  return { ...of, to, predictedSeconds, realSeconds, within: error <= Math.max(1, 0.3 * realSeconds) };
}

function lineOf({ what, nth, to, predictedSeconds, realSeconds, within }: PredictedMove): string {
  const error = predictedSeconds - realSeconds;
  return `${what}, move ${nth} (to ${to}): predicted ${predictedSeconds.toFixed(2)} s, was ${realSeconds.toFixed(2)} s (${error >= 0 ? '+' : '−'}${Math.abs(error).toFixed(2)} s)${within ? '' : ', NOT WITHIN'}`;
}
