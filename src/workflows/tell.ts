import { log, metricMeter, workflowInfo } from '@temporalio/workflow';
import type { Status, StepStatus } from '../domain/status.js';

/**
 * Counts and logs what has changed in a run's status. Neither is done again when a history is replayed. Labels are few and bounded:
 * plan, step, outcome. The names stand in docs/metrics.md.
 */
export function tell(before: Status, after: Status): void {
  const about = { run: after.run, unit: after.unit };
  if (before.phase !== after.phase) log.info(`${after.phase}: ${after.headline}`, about);
  for (const step of after.steps) {
    const earlier = before.steps.find((s) => s.name === step.name);
    if (earlier !== step && (earlier?.state !== step.state || earlier.attempt !== step.attempt)) tellStep(step, about);
  }
  // A check is not a run, though it looks like the beginning of one.
  if (workflowInfo().workflowType === 'check') return;
  const plan = after.unit;
  if (before.endedAt === null && after.endedAt !== null) {
    metricMeter.createCounter('changeover_runs', undefined, 'Runs that ended, by outcome').add(1, { plan, procedure: after.procedure, outcome: after.phase });
    seconds('changeover_run', 'From the start of a run to its end').record(between(after.startedAt, after.endedAt), { plan, outcome: after.phase });
  }
  if (before.held === null && after.held !== null) metricMeter.createCounter('changeover_holds', undefined, 'Times that a run was held for a person').add(1, { plan, step: after.held.step });
  if (before.outage !== null && before.outage.endedAt === null && after.outage?.endedAt != null) {
    seconds('changeover_outage', 'From taking the application offline until it served again').record(between(after.outage.startedAt, after.outage.endedAt), { plan });
  }
}

function tellStep(step: StepStatus, about: { readonly run: string; readonly unit: string }): void {
  const fields = { ...about, step: step.name, stepAttempt: step.attempt };
  const sentence = `${step.name} ${step.state}${step.note === null ? '' : `: ${step.note}`}`;
  if (step.state === 'failed' || step.state === 'undo-failed') log.warn(sentence, fields);
  else log.info(sentence, fields);
  if (step.endedAt === null) return;
  seconds('changeover_step', 'How long a step, or its undo, took').record(between(step.startedAt, step.endedAt), { plan: about.unit, step: step.name, outcome: step.state });
}

function seconds(name: string, description: string) {
  return metricMeter.createHistogram(name, 'float', 'seconds', description);
}

function between(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
