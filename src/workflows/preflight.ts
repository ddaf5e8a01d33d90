import { isCancellation } from '@temporalio/workflow';
import { canonical } from '../domain/canonical.js';
import { judge, overrideProblems, plannedMigrationChecks, recheckChecks, refusing, sentenceOf, type Check, type Facts, type WayBackFacts } from '../domain/checks/index.js';
import type { DnsObject, SiteObservation } from '../domain/observation.js';
import { limitsOf } from '../domain/checks/facts.js';
import { shownLimits } from '../domain/limits-set.js';
import { predictFrom } from '../domain/prediction.js';
import { directionOf, planChanges, resolvePlan } from '../domain/resolve.js';
import type { NamesPlan } from '../domain/plan.js';
import { sameValues } from '../domain/dns-records.js';
import type { MigrationRequest } from '../domain/request.js';
import type { Status } from '../domain/status.js';
import type { Against } from '../ports/workloads.js';
import { callsAt, type AtSite } from './calls.js';
import { now } from './board.js';
import { explain, failure } from './failures.js';
import type { Migration } from './migration.js';

const LOOK = 'Looking at both sites';

type Step = 'preflight' | 'recheck';

/** What of the target, and of its names, can only be asked once the source is known. */
export interface Asked {
  readonly target: string;
  readonly against: Against;
  readonly dns: { readonly source: DnsObject; readonly target: DnsObject; readonly probePorts: readonly number[] } | null;
}

/** Every check, all reasons at once; nothing is changed. Makes the plan. Unknown is a no. `every`: shows each limit, not only those that are set. */
export async function preflight(migration: Migration, { every = false }: { readonly every?: boolean } = {}): Promise<void> {
  const { board } = migration;
  board.step('preflight', { title: LOOK, startedAt: now() });
  const facts = await gather(migration, { step: 'preflight', holder: null });
  showLimits(migration, facts, every);
  const reasons = [...overrideProblems(plannedMigrationChecks, migration.request.overrides ?? {}), ...look(migration, plannedMigrationChecks, facts)];
  if (reasons.length > 0) refuse(migration, 'preflight', reasons);
  const plan = resolvePlan(migration.request, { kind: 'known', ...facts }, facts.names?.plan ?? null);
  migration.seal(await at(migration, 'preflight', facts.source.site).sealPlan({ draft: plan }));
  show(migration, facts);
  board.step('preflight', { state: 'done', endedAt: now(), note: `${passed(plannedMigrationChecks, board.read())}; ${facts.source.application.objectCount} objects, ${plan.volumes.length} volumes` });
}

/** All of preflight again, now, with the run holding the unit; and a call was answered on every site's queue. */
export async function recheck(migration: Migration): Promise<void> {
  const { board } = migration;
  board.step('recheck', { title: 'Checking everything again', startedAt: now() });
  const facts = { ...(await gather(migration, { step: 'recheck', holder: migration.plan.run })), limits: migration.limits };
  const reasons = look(migration, recheckChecks, facts);
  if (reasons.length > 0) refuse(migration, 'recheck', reasons);
  const changes = planChanges(migration.plan, resolvePlan(migration.request, { kind: 'known', ...facts }, facts.names?.plan ?? null));
  if (changes.length > 0) refuse(migration, 'recheck', changes);
  migration.isReady = true;
  show(migration, facts);
  board.step('recheck', { state: 'done', endedAt: now(), note: passed(recheckChecks, board.read()) });
}

/** Shows everything that was found, and returns the sentences that stand in the way. */
export function look<F extends WayBackFacts>({ board }: Migration, checks: readonly Check<F>[], facts: F): readonly string[] {
  const findings = judge(checks, facts);
  board.findings(findings);
  return refusing(findings).map(sentenceOf);
}

async function gather(migration: Migration, options: { step: Step; holder: string | null }): Promise<Facts> {
  const { request } = migration;
  const { unit } = request;
  // What to ask of the target and of its name servers is known from the last time; a second look is needed only where that is no longer so.
  const known = migration.asked;
  const patience = options.step === 'recheck' ? { patient: true } : {};
  const ask = (question: Asked) => (question.dns === null ? Promise.resolve(null) : at(migration, options.step, question.target).observeNames({ ...question.dns, ...patience }));
  const [first, early] = await Promise.all([
    Promise.all(request.sites.map((site) => observe(migration, options.step, { site, unit, against: site === known?.target ? known.against : null }))),
    known === null ? null : ask(known),
  ]);
  const direction = directionOf(request, first, options.holder);
  if (direction.kind === 'refused') return refuse(migration, options.step, direction.reasons);
  const { source, others, target: glance } = direction;
  const question: Asked = {
    target: glance.site,
    against: { kinds: source.application.kinds, references: source.application.references, ...(source.application.demand === undefined ? {} : { demand: source.application.demand }) },
    dns: source.dns !== null && glance.dns !== null ? { source: source.dns, target: glance.dns, probePorts: request.options.probePorts } : null,
  };
  if (known !== null && canonical(known) === canonical(question)) return { request, source, target: glance, others, names: early, holder: options.holder };
  migration.asked = question;
  const [seen, names] = await Promise.all([observe(migration, options.step, { site: glance.site, unit, against: question.against }), ask(question)]);
  // What could not be read at the first glance was not judged by it either: it stays unknown.
  const target = { ...seen, unknowns: [...new Set([...glance.unknowns, ...seen.unknowns])] };
  return { request, source, target, others, names, holder: options.holder };
}

async function observe(migration: Migration, step: Step, input: { site: string; unit: MigrationRequest['unit']; against: Against | null }): Promise<SiteObservation> {
  try {
    const { site, ...rest } = input;
    return await at(migration, step, site).observeSite({ ...rest, ...(step === 'recheck' ? { patient: true } : {}) });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return refuse(migration, step, [`${input.site} could not be observed: ${explain(error).message}`]);
  }
}

function passed(checks: readonly Check[], { findings = [] }: Pick<Status, 'findings'>): string {
  const failing = new Set(findings.map(({ check }) => check)).size;
  const overridden = findings.filter((finding) => finding.overridden !== null).length;
  const warnings = findings.length - overridden;
  return [`${checks.length - failing} checks passed`, ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]), ...(overridden === 0 ? [] : [`${overridden} overridden`])].join(', ');
}

/** Refuses the run before anything changed, or, at the recheck, lets the block around undo. */
function refuse(migration: Migration, step: Step, reasons: readonly string[]): never {
  migration.board.refusals(reasons);
  migration.board.step(step, { state: 'failed', endedAt: now(), note: reasons.join(' ') });
  throw failure('Refused', `${step === 'preflight' ? 'Refused, nothing was changed' : 'What preflight found is no longer true'}: ${reasons.join(' ')}`, [{ reasons }]);
}

function at(migration: Migration, step: Step, site: string): AtSite {
  return callsAt({ site, mood: step === 'recheck' ? 'ready' : 'calm', title: LOOK, input: () => ({ site }), limits: migration.limits, id: (activity) => migration.uniqueId(`${step}/${activity}@${site}`) });
}

/** Role, fence and workloads of both sites. */
export function showSites({ board }: Migration, { source, target }: Pick<WayBackFacts, 'source' | 'target'>): void {
  for (const { site, at: readAt, replication, fence, application } of [source, target]) {
    const role = replication?.role ?? 'none';
    const ready = application.workloads.map((w) => `${w.kind}/${w.name} ${w.ready}/${w.desired}`).join(', ');
    board.site({ site, at: readAt, role, writable: role === 'primary' ? 'yes' : role === 'secondary' ? 'no' : 'unknown', fence: fence.installed ? (fence.on ? 'on' : 'off') : 'absent', workloads: ready || 'none' });
  }
}

function show(migration: Migration, facts: Facts): void {
  showSites(migration, facts);
  migration.board.predicted(predictFrom(facts.source, facts.target));
  const answers = (facts.names?.observed.servers ?? []).flatMap((s) => s.answers.map((a) => `${s.server}: ${a.name} ${a.type} ${a.values.join(' ')}${whose(a, facts.names?.plan ?? null, { source: facts.source.site, target: facts.target.site })}`));
  migration.board.names(answers);
}

function showLimits({ board, request }: Migration, facts: Facts, every: boolean): void {
  const sites = Object.fromEntries([facts.source, facts.target].map(({ site, limits = {} }) => [site, limits]));
  const shown = shownLimits(request.options, limitsOf(facts), { sites, named: request.named ?? [] });
  const told = every ? shown : shown.filter(({ from }) => from === 'plan' || from === 'site');
  if (told.length > 0) board.limits(told);
}

/** Which site an answer leads to, where the plan knows it. */
function whose({ name, type, values }: { name: string; type: string; values: readonly string[] }, names: NamesPlan | null, { source, target }: { source: string; target: string }): string {
  const record = names?.zones.filter((zone) => !zone.reverse).flatMap((zone) => zone.records).find((one) => one.name === name && one.type === type);
  if (record === undefined) return '';
  return sameValues(record.before, values) ? ` (${source})` : sameValues(record.after, values) ? ` (${target})` : ' (neither site)';
}
