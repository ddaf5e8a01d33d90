import { recordVerbs } from '../../../src/api/record-verbs.js';
import type { ApiVerbs, PlanView, RunRow, Seen, SiteView } from '../../../src/api/verbs.js';
import type { RequestKey } from '../../../src/client/start-once.js';
import { ChangeoverError } from '../../../src/domain/errors.js';
import type { Fact } from '../../../src/domain/record/fact.js';
import type { Assessment, RecoverRequest } from '../../../src/domain/recovery.js';
import { defaultOptions, type MigrationRequest } from '../../../src/domain/request.js';
import type { Decision, DecisionRecord, Status } from '../../../src/domain/status.js';
import { createWorld } from '../../../src/drivers/memory/world.js';
import { aStatus } from '../../cli/support.js';
import { anEntry, anOutcome } from '../../harness/record.js';

export const TEMPORAL_RUN = '01890000-0000-7000-8000-000000000001';

export function aRow(of: Partial<RunRow> = {}): RunRow {
  return {
    run: 'orders-1', plan: 'orders', namespace: 'infoscale-vtas', procedure: 'planned-migration', source: 'east', target: 'west', phase: 'preparing', outcome: null, reason: 'power works',
    requestedBy: 'ann', startedAt: '2026-03-01T02:59:00.000Z', closedAt: null, workflowId: 'changeover/orders', temporalRunId: TEMPORAL_RUN, ...of,
  };
}

/** The operator's verbs over a few values in memory: what the server is tested over. Any verb can be made to fail. */
export class FakeVerbs implements ApiVerbs {
  rows: RunRow[] = [aRow()];
  current: Status = aStatus();
  readonly started: MigrationRequest[] = [];
  readonly decided: Decision[] = [];
  readonly recovered: RecoverRequest[] = [];
  /** What happens instead of the next call of a verb. */
  readonly instead: Partial<Record<keyof ApiVerbs, () => never | Promise<never>>> = {};
  /** How often the run itself was asked. */
  asked = 0;
  follows = 0;
  closedFollows = 0;
  private readonly journal = createWorld().ports.journal;
  private readonly keys = new Map<string, { body: string; run: string }>();
  private readonly records = new Map<string, DecisionRecord>();
  private feed: { readonly items: Seen[]; wake: () => void; trouble: string | null; ended: boolean }[] = [];
  private history: Seen[] = [];

  async start(request: MigrationRequest, key: RequestKey | null) {
    await this.instead.start?.();
    const known = key === null ? undefined : this.keys.get(key.key);
    const temporal = { workflowId: `changeover/${request.unit.name}`, temporalRunId: TEMPORAL_RUN };
    if (known !== undefined) {
      if (known.body !== key?.body) throw new ChangeoverError('KeyReused', `This Idempotency-Key belongs to another request, which started run ${known.run}.`);
      return { run: known.run, ...temporal, found: false, repeated: true };
    }
    const open = this.rows.find((row) => row.plan === request.unit.name && row.closedAt === null);
    if (open !== undefined) return { run: open.run, ...temporal, found: true, repeated: false };
    this.started.push(request);
    this.rows.unshift(aRow({ run: request.run, plan: request.unit.name, namespace: request.unit.namespace }));
    if (key !== null) this.keys.set(key.key, { body: key.body, run: request.run });
    return { run: request.run, ...temporal, found: false, repeated: false };
  }

  async preflight(request: MigrationRequest): Promise<Status> {
    await this.instead.preflight?.();
    return aStatus({ run: request.run, phase: 'refused', refusals: ['The link is down.'], endedAt: '2026-03-01T03:00:00.000Z' });
  }

  async assess({ unit }: Parameters<ApiVerbs['assess']>[0]): Promise<Assessment> {
    await this.instead.assess?.();
    return { unit: unit.name, run: 'orders-1', reasons: [], procedure: 'planned-migration', source: 'east', target: 'west', sites: [], advice: { kind: 'open', ways: ['undo'] } };
  }

  async recover(request: RecoverRequest) {
    await this.instead.recover?.();
    if (request.run !== 'orders-1') throw new ChangeoverError('Refused', `The records name run orders-1, not ${request.run}. Nothing was changed.`);
    this.recovered.push(request);
    return { run: request.run, workflowId: `changeover/${request.unit.name}`, temporalRunId: TEMPORAL_RUN };
  }

  async runs(filter: Parameters<ApiVerbs['runs']>[0], page: Parameters<ApiVerbs['runs']>[1]) {
    await this.instead.runs?.();
    const from = page.token === null ? 0 : Number(Buffer.from(page.token).toString());
    const found = this.rows.filter((row) => (filter.plan ?? row.plan) === row.plan && (filter.phase ?? row.phase) === row.phase);
    const next = from + page.limit < found.length ? Buffer.from(String(from + page.limit)) : null;
    return { runs: found.slice(from, from + page.limit), next };
  }

  async run(id: string): Promise<RunRow> {
    await this.instead.run?.();
    const found = this.rows.find((row) => row.run === id);
    if (found === undefined) throw new ChangeoverError('NotFound', `There is no run ${id}.`);
    return found;
  }

  async status(): Promise<Status> {
    this.asked += 1;
    await this.instead.status?.();
    return this.current;
  }

  async decide(_: RunRow, decision: Decision): Promise<DecisionRecord> {
    await this.instead.decide?.();
    const { statement: _typed, ...told } = decision;
    const record = this.records.get(decision.id) ?? { ...told, at: '2026-03-01T03:00:00.000Z' };
    if (!this.records.has(decision.id)) this.decided.push(decision);
    this.records.set(decision.id, record);
    return record;
  }

  async *follow(_: RunRow, { signal, onUnreachable }: Parameters<ApiVerbs['follow']>[1]): AsyncGenerator<Seen> {
    this.follows += 1;
    const mine = { items: this.history.slice(-1), wake: () => {}, trouble: null as string | null, ended: false };
    this.feed.push(mine);
    signal.addEventListener('abort', () => mine.wake());
    try {
      while (!signal.aborted) {
        const next = mine.items.shift();
        if (next !== undefined) {
          yield next;
          if (next.status.endedAt !== null) return;
        } else if (mine.ended) {
          return;
        } else if (mine.trouble !== null) {
          onUnreachable(mine.trouble);
          mine.trouble = null;
        } else {
          await new Promise<void>((resolve) => {
            mine.wake = resolve;
          });
        }
      }
    } finally {
      this.closedFollows += 1;
      this.feed = this.feed.filter((one) => one !== mine);
    }
  }

  /** The run changed. */
  changes(revision: number, of: Partial<Status> = {}, temporalRunId = TEMPORAL_RUN): void {
    this.current = { ...this.current, ...of };
    const seen = { temporalRunId, revision, status: this.current };
    this.history.push(seen);
    for (const one of this.feed) {
      one.items.push(seen);
      one.wake();
    }
  }

  /** Somebody terminated the run in Temporal. */
  isTerminated(): void {
    this.rows = this.rows.map((row) => ({ ...row, closedAt: '2026-03-01T03:02:00.000Z', outcome: 'terminated' }));
    for (const one of this.feed) {
      one.ended = true;
      one.wake();
    }
  }

  /** The run does not answer. */
  isSilent(why: string): void {
    for (const one of this.feed) {
      one.trouble = why;
      one.wake();
    }
  }

  async plans() {
    await this.instead.plans?.();
    return { plans: [{ plan: 'orders', namespace: 'infoscale-vtas', sites: [{ site: 'east', specPrimary: 'east', statusPrimary: 'east', unknown: null }], openRun: 'orders-1' }], unread: [] };
  }

  async plan(named: { namespace: string; name: string }): Promise<PlanView> {
    const found = (await this.plans()).plans.find((plan) => plan.plan === named.name && plan.namespace === named.namespace);
    if (found === undefined) throw new ChangeoverError('NotFound', `There is no plan ${named.name}.`);
    return found;
  }

  async sites(): Promise<readonly SiteView[]> {
    await this.instead.sites?.();
    return [{ site: 'east', workers: ['worker@host'], kubernetesVersion: 'v1.35.4', unknown: null }];
  }

  async ready(): Promise<void> {
    await this.instead.ready?.();
  }

  /** A run is recorded: who asked for it, why, and how it ended. */
  async keeps(run: string, plan = { namespace: 'infoscale-vtas', name: 'orders' }, reason = 'power works'): Promise<void> {
    const { waitForTtl, approval, ...rest } = defaultOptions;
    const request: MigrationRequest = { run, unit: plan, target: 'west', expectedPrimary: 'east', sites: ['east', 'west'], reason, requestedBy: { name: 'ann', verified: true, via: 'api' }, requestedAt: '2026-03-01T02:59:00.000Z', options: { ...rest, waitForTtl, approval } };
    const facts: readonly Fact[] = [{ kind: 'request', procedure: 'planned-migration', request }, anOutcome];
    await this.journal?.append(run, facts.map((fact, n) => ({ ...anEntry(run, n, fact), unit: plan.name })));
  }

  async record(run: string) {
    await this.instead.record?.();
    return this.kept().record(run);
  }

  async pastRuns(of: Parameters<ApiVerbs['pastRuns']>[0]) {
    await this.instead.pastRuns?.();
    return this.kept().pastRuns(of);
  }

  private kept() {
    if (this.journal === null) throw new Error('the world has no journal');
    return recordVerbs(this.journal);
  }
}
