import { z } from 'zod';
import { errorTable } from '../../domain/errors.js';
import { decisionKind, outcome, phase, stepState } from './words.js';

const text = z.string();
const optionalText = z.string().nullable();
const time = z.string().describe('ISO 8601, UTC');
const optionalTime = time.nullable();

/** Answers may gain fields; who reads them leaves alone what he does not know. */
export const decisionRecord = z
  .looseObject({ id: text, kind: decisionKind, step: optionalText, by: text, verified: z.boolean(), via: text, reason: text, at: time, digest: text.optional().describe('What an approval was for'), seconds: z.number().optional(), loses: text.optional().describe('What it was said to lose when it was taken') })
  .meta({ id: 'DecisionRecord' });

export const status = z
  .looseObject({
    run: text,
    unit: text,
    procedure: text,
    reason: text,
    requestedBy: text,
    source: optionalText,
    target: text,
    planDigest: optionalText,
    phase,
    headline: text,
    line: z.enum(['before', 'crossing', 'after']),
    writer: optionalText.describe('The site that can write now; null: none; unknown: nobody can say'),
    steps: z.array(z.looseObject({ name: text, title: text, state: stepState, startedAt: time, endedAt: optionalTime, attempt: z.number(), note: optionalText.describe('What the step proved, or why it failed') })),
    outage: z.looseObject({ startedAt: time, endedAt: optionalTime, budgetMs: z.number(), deadline: optionalTime }).nullable(),
    held: z.looseObject({ step: text, since: time, code: text, error: text, advice: text, also: z.array(text).optional().describe('What else could not be done, or waits'), choices: z.array(z.looseObject({ choice: text, effect: text, deadlineMs: z.number().optional(), attestedBy: z.array(text).optional(), loses: text.optional().describe("What of the application's writes is lost, where it was read from the storage") })) }).nullable(),
    waiting: z.looseObject({ for: text, until: optionalTime, by: z.array(text).nullable(), digest: text.optional().describe('What an approval is for'), approvals: z.number().optional(), approvedBy: z.array(text).optional(), choices: z.array(z.looseObject({ choice: text, effect: text })) }).nullable(),
    decisions: z.array(decisionRecord),
    sites: z.array(z.looseObject({ site: text, at: time, role: text, writable: z.enum(['yes', 'no', 'unknown']), fence: text, workloads: text })),
    debts: z.array(text),
    refusals: z.array(text),
    findings: z
      .array(z.looseObject({ check: text, severity: z.enum(['refuse', 'warn']), site: optionalText, readAt: time, says: text, fix: text, overridden: z.looseObject({ by: text, reason: text }).nullable() }))
      .optional()
      .describe('Everything that the checks found, with what would mend it'),
    limits: z
      .array(z.looseObject({ name: text, value: z.number().nullable().describe('Null: there is none'), unit: z.literal('ms'), from: z.enum(['default', 'configuration', 'request', 'site', 'plan']), site: optionalText.describe('Where it holds; null: everywhere') }))
      .optional()
      .describe('Timeouts, budgets and deadlines: all of a preflight, of a run those that its plan or a site sets'),
    prediction: z.looseObject({ totalMs: z.number() }).nullable().describe('What the outage was expected to take'),
    cancelRequested: z.boolean(),
    acknowledgedBy: optionalText,
    startedAt: time,
    endedAt: optionalTime,
  })
  .meta({ id: 'Status' });

export const runSummary = z
  .looseObject({
    run: text,
    plan: text,
    namespace: optionalText,
    procedure: text.describe('What the run is now: one that turned back was something else before'),
    source: optionalText,
    target: optionalText,
    phase: phase.nullable(),
    outcome: outcome.nullable().describe('How it closed; null while it is open'),
    reason: optionalText,
    requestedBy: optionalText,
    startedAt: time,
    closedAt: optionalTime,
    workflowId: text,
    temporalRunId: text,
    links: z.looseObject({ self: text, events: text, decisions: text, record: text, report: text }),
  })
  .meta({ id: 'RunSummary' });

export const runsPage = z.looseObject({ runs: z.array(runSummary), next: optionalText.describe('The cursor of the next page; null at the end') }).meta({ id: 'RunsPage' });

export const screen = z
  .looseObject({ title: text, service: text, line: text, next: text, sites: z.array(text), names: z.array(text), steps: z.array(text), choices: z.array(text), facts: z.array(text) })
  .meta({ id: 'Screen' });

export const possibleDecision = z.looseObject({ kind: decisionKind, step: optionalText, effect: text, outageMs: z.number().nullable(), loses: text, by: z.array(text).nullable(), statement: optionalText, digest: optionalText }).meta({ id: 'PossibleDecision' });

export const run = z
  .looseObject({
    ...runSummary.shape,
    status: status.nullable().describe('What the run says of itself; null when it does not answer'),
    screen: screen.nullable().describe('The same as sentences'),
    decisions: z.array(possibleDecision).describe('What can be decided now'),
    unavailable: optionalText.describe('Why there is no status'),
  })
  .meta({ id: 'Run' });

export const accepted = z.looseObject({ run: text, repeated: z.boolean().describe('The same request had started it before'), workflowId: text, temporalRunId: text, links: runSummary.shape.links }).meta({ id: 'Accepted' });

export const assessment = z
  .looseObject({
    unit: text,
    run: optionalText.describe('The run whose workflow is gone; null: nothing is to be recovered, or it cannot be'),
    reasons: z.array(text).describe('Why not'),
    procedure: optionalText,
    source: optionalText,
    target: optionalText,
    sites: z.array(z.looseObject({ site: text, role: text, state: text, liveCommands: z.number(), fence: text, keepsPlan: z.boolean(), workloads: z.array(text), unknowns: z.array(text) })),
    advice: z.looseObject({ kind: z.enum(['open', 'held']).describe('held: the roles must be settled first, by a person where they stay as they are'), ways: z.array(text).describe('The first is the recommended one') }).nullable(),
  })
  .meta({ id: 'Assessment' });

export const preflightResult = z.looseObject({ passed: z.boolean(), reasons: z.array(text), status, screen }).meta({ id: 'Preflight' });

export const plan = z
  .looseObject({ plan: text, namespace: text, sites: z.array(z.looseObject({ site: text, specPrimary: optionalText, statusPrimary: optionalText, unknown: optionalText })), openRun: optionalText })
  .meta({ id: 'Plan' });
export const plans = z.looseObject({ plans: z.array(plan), unread: z.array(z.looseObject({ site: text, why: text })).describe('Sites that could not be looked at; a plan that stands only there is missing') }).meta({ id: 'Plans' });
export const sites = z.looseObject({ sites: z.array(z.looseObject({ site: text, workers: z.array(text), kubernetesVersion: optionalText, unknown: optionalText }).meta({ id: 'Site' })) }).meta({ id: 'Sites' });

export const health = z.looseObject({ status: z.literal('ok') }).meta({ id: 'Health' });

export const problem = z
  .looseObject({
    type: text,
    title: text,
    status: z.number(),
    detail: text,
    code: z.enum(Object.keys(errorTable) as [string, ...string[]]),
    advice: text,
    reasons: z.array(text),
    errors: z.array(z.looseObject({ in: z.enum(['body', 'query', 'path', 'header']), field: text, detail: text })).optional(),
    run: text.optional(),
    requestId: text,
  })
  .meta({ id: 'Problem' });

export const eventStream = z.string().describe('Events `status` with `{revision, status}` and an id, `unreachable` with `{detail}`, and at last `end` with `{phase, outcome}`; a comment line as a heartbeat');
const head = z.looseObject({ entries: z.number(), digest: text }).describe('End of a chain: how many lines, and the digest of the last');

export const pastRun = z
  .looseObject({
    run: text,
    unit: text,
    procedure: text,
    source: optionalText,
    target: text,
    outcome: optionalText.describe('Null: none is recorded yet'),
    headline: text,
    requestedBy: text,
    verified: z.boolean(),
    via: text,
    reason: text,
    startedAt: time,
    endedAt: optionalTime,
    outageSeconds: z.number().nullable(),
    debts: z.array(text),
    head,
  })
  .meta({ id: 'PastRun' });

export const pastRuns = z.looseObject({ runs: z.array(pastRun) }).meta({ id: 'PastRuns' });

export const runRecord = z
  .looseObject({
    summary: pastRun,
    entries: z.array(z.looseObject({ id: text, sequence: z.number(), previous: text, at: time, writtenAt: time, fact: z.looseObject({ kind: text }) })),
    findings: z.array(z.looseObject({ fault: text, run: optionalText, line: z.number().nullable(), sentence: text })).describe('What is wrong with it; notices do not make it wrong'),
    ok: z.boolean().describe('It is as it was written'),
    ledgerHead: head,
  })
  .meta({ id: 'RunRecord' });

export const htmlReport = z.string().describe('Self-contained, runs nothing');
export const markdownReport = z.string().describe('The same in Markdown');
export const metricsText = z.string().describe('Prometheus text format');
