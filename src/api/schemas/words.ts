import { z } from 'zod';
import { decisionKinds, type Phase, type StepStatus } from '../../domain/status.js';

/** A value for each word of a type, so that the compiler notices a new one. */
type All<T extends string> = Readonly<Record<T, T>>;

const phases: All<Phase> = {
  preparing: 'preparing', waiting: 'waiting', paused: 'paused', outage: 'outage', crossing: 'crossing', forward: 'forward', undoing: 'undoing', held: 'held',
  refused: 'refused', undone: 'undone', completed: 'completed', 'completed-with-debts': 'completed-with-debts',
};

const stepStates: All<StepStatus['state']> = { running: 'running', done: 'done', failed: 'failed', skipped: 'skipped', undoing: 'undoing', undone: 'undone', 'undo-failed': 'undo-failed' };

export const phase = z.enum(phases);
export const decisionKind = z.enum(decisionKinds);
export const stepState = z.enum(stepStates);
export const outcome = z.enum(['refused', 'undone', 'completed', 'completed-with-debts', 'terminated', 'timed-out', 'failed']);

export const site = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,14}[A-Za-z0-9])?$/, 'must be the id of a site: at most 16 letters, digits and dashes');
/** A DNS label or subdomain (RFC 1123), as Kubernetes names objects. */
export const planName = z.string().max(200).regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be the name of a DisasterRecoveryPlan');
export const namespaceName = z.string().max(63).regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be the name of a namespace');
export const runId = z.string().max(300).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the id of a run');
export const reason = z.string().max(2000).regex(/\S/, 'must say something');
/** What a sender chooses to make a request the same as another. */
export const key = z.string().min(1).max(128).regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without blanks');
export const stepName = z.string().max(63).regex(/^[a-z]+(-[a-z]+)*$/, 'must be the name of a step');
export const moment = z.iso.datetime({ offset: true });
