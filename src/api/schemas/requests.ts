import { z } from 'zod';
import { LONGEST, MOST_SECONDS } from '../../domain/decisions.js';
import { recoveryWays } from '../../domain/recovery.js';
import { decisionKind, key, moment, namespaceName, outcome, phase, planName, reason, runId, site, stepName } from './words.js';

const milliseconds = z.number().int();

const options = z
  .strictObject({
    outageBudgetMs: milliseconds.min(1_000).max(3_600_000).optional().describe('Longest time from the stop to the line; then the run undoes itself'),
    commandTimeoutMs: milliseconds.min(1_000).max(3_600_000).optional().describe('How long one role command may take before its outcome counts as unknown'),
    shortTtlSeconds: z.number().int().min(0).max(3_600).optional().describe('The TTL of the records during the run'),
    waitForTtl: z.boolean().optional().describe('False: do not wait until caches have forgotten the old TTL'),
    approval: z
      .strictObject({ approvers: z.array(z.string().min(1).max(253)).min(1).max(50), expiresAfterMs: milliseconds.min(1_000).max(604_800_000).default(3_600_000), approvals: z.number().int().min(1).max(5).optional().describe('How many different people must say yes; of two or more none may be who asked for the run') })
      .refine(({ approvers, approvals = 1 }) => approvers.length === 0 || new Set(approvers).size >= approvals, { message: 'must be at most as many as there are approvers', path: ['approvals'] })
      .optional()
      .describe('Wait for the yes of one of these people before the outage; names as authentication gives them'),
    attestations: z.number().int().min(1).max(2).optional().describe('How many different people must attest that a site is off'),
    probePorts: z.array(z.number().int().min(1).max(65_535)).max(20).optional().describe("The target's addresses must accept connections here before the outage"),
    // Only the target's own addresses may be asked, wherever the sender would like the workers to call.
    probes: z.array(z.string().max(500).regex(/^https?:\/\/(\{address\}|\[\{address\}\])(:\d{1,5})?(\/[^\s]*)?$/, 'must be http(s)://{address}…')).max(20).optional().describe('Must answer 2xx at the target'),
  })
  .meta({ id: 'RunOptions' });

const overrides = z
  .record(z.string().regex(/^[a-z]+(-[a-z]+)*$/).max(64), reason)
  .describe('Checks that are gone past, by name, each with the reason; only those that allow it');

export const newRun = z
  .strictObject({
    procedure: z.literal('planned-migration'),
    plan: planName.describe('Name of the DisasterRecoveryPlan'),
    namespace: namespaceName.optional().describe('Its namespace; the configured one when left out'),
    target: site.describe('The site to move to'),
    expectedPrimary: site.describe('The site that is primary now, as you know it; the run is refused when it is another by then'),
    reason: reason.describe('Why; it is recorded'),
    options: options.optional(),
    overrides: overrides.optional(),
  })
  .meta({ id: 'NewRun' });

export const newPreflight = z
  .strictObject({ plan: planName, namespace: namespaceName.optional(), target: site, expectedPrimary: site.optional(), options: options.optional(), overrides: overrides.optional() })
  .meta({ id: 'NewPreflight' });

export const newDecision = z
  .strictObject({
    kind: decisionKind,
    step: stepName.optional().describe('The step it is about'),
    reason: reason.max(LONGEST.reason).describe('Why; it is recorded'),
    statement: z.string().max(LONGEST.statement).optional().describe('What has to be typed for an attestation or a promotion'),
    digest: z.string().min(1).max(LONGEST.digest).optional().describe('With approve: what it is for, as the status shows it; anything else by then is refused'),
    seconds: z.number().int().min(1).max(MOST_SECONDS).optional().describe('With retry: how long the next attempt may take. With a forced pause: how long it lasts'),
    force: z.boolean().optional().describe('With pause: inside the outage too; needs seconds'),
    id: key.optional().describe('Makes the decision idempotent; the header Idempotency-Key does the same'),
  })
  .meta({ id: 'NewDecision' });

export const newRecovery = z
  .strictObject({
    run: runId.describe('The run whose workflow is gone, as the assessment names it; refused when the records name another'),
    way: z.enum([...recoveryWays, 'recommended']).describe('Where it goes from there; the first way of the assessment is the recommended one'),
    reason: reason.describe('Why; it is recorded'),
  })
  .meta({ id: 'NewRecovery' });

export const runsQuery = z.strictObject({
  plan: planName.optional(),
  phase: phase.optional(),
  outcome: outcome.optional().describe('How a run closed; terminated, timed-out and failed: it could not say so itself, and nothing was undone'),
  site: site.optional().describe('Source or target'),
  since: moment.optional().describe('Started at this moment or later'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(4_000).regex(/^[A-Za-z0-9_-]+$/, 'must be a cursor that a page gave').optional(),
});

export const recordsQuery = z.strictObject({ plan: planName.optional(), limit: z.coerce.number().int().min(1).max(200).default(20) });
export const reportQuery = z.strictObject({ format: z.enum(['html', 'markdown']).default('html') });
export const planQuery = z.strictObject({ namespace: namespaceName.optional() });
export const noQuery = z.strictObject({});
export const runPath = z.strictObject({ run: runId });
export const planPath = z.strictObject({ plan: planName });
/** Other headers are none of our business. */
export const keyHeader = z.looseObject({ 'idempotency-key': key.optional().describe('The same key with the same body starts nothing new') });
export const lastEventHeader = z.looseObject({ 'last-event-id': z.string().max(200).regex(/^[0-9a-f-]{36}\.\d{1,9}$/, 'must be the id of an event').optional().describe('Go on after this event') });

export type NewRun = z.infer<typeof newRun>;
export type NewPreflight = z.infer<typeof newPreflight>;
export type NewDecision = z.infer<typeof newDecision>;
export type RequestOptions = z.infer<typeof options>;
