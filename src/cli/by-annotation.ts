import type { Command } from 'commander';
import { kubeconfigPath } from '../config.js';
import type { AnnotatedDecision } from '../domain/annotations.js';
import { ChangeoverError } from '../domain/errors.js';
import { mark } from '../domain/names.js';
import type { UnitRef } from '../domain/request.js';
import { annotateDecision, awaitAnswer } from '../drivers/infoscale/annotate.js';
import { createKube } from '../drivers/kubernetes/client.js';
import type { Kube } from '../drivers/kubernetes/kube.js';
import { report, type Output } from './command.js';
import { exitCode } from './exit.js';

export interface AnnotationFlags {
  byAnnotation?: boolean;
  kubeconfig?: string;
  planNamespace: string;
}

/** A controller answers within a second or two; longer, and there is none. */
const ANSWER_WITHIN_MS = 30_000;

/** Options of a decision that goes by the DR plan instead of by Temporal. */
export function withAnnotationOptions(command: Command): Command {
  return command
    .option('--by-annotation', 'write it on the DR plan with your own kubeconfig, so that the cluster vouches for your name; needs no configuration and no Temporal')
    .option('--kubeconfig <file>', 'with --by-annotation: your kubeconfig, for any member site (default: KUBECONFIG, else ~/.kube/config)')
    .option('--plan-namespace <name>', 'with --by-annotation: namespace of the DisasterRecoveryPlan', 'infoscale-vtas');
}

export interface Written {
  readonly id: string;
  readonly kind: AnnotatedDecision['kind'];
  /** With `attest` and `promote`. */
  readonly site?: string;
  readonly step: string | null;
  readonly reason: string;
  readonly statement: string | null;
  /** What only some decisions bring, as texts. */
  readonly more?: NonNullable<AnnotatedDecision['more']>;
}

/** Writes the decision, waits for its answer, and sets the exit code: accepted 0, rejected 4, not answered 3. */
export async function decideByAnnotation(name: string, decision: Written, flags: AnnotationFlags & { output: Output }): Promise<void> {
  const unit = { namespace: flags.planNamespace, name };
  try {
    const kube = createKube({ site: 'this cluster', kubeconfig: kubeconfigPath(flags.kubeconfig) });
    try {
      await decide(kube, unit, { decision, output: flags.output });
    } finally {
      await kube.close();
    }
  } catch (error) {
    process.exitCode = report(error, flags.output);
  }
}

async function decide(kube: Kube, unit: UnitRef, { decision, output }: { decision: Written; output: Output }): Promise<void> {
  const { by } = await annotateDecision(kube, unit, decision);
  if (output === 'text') console.log(`written as ${by}; waiting for the answer …`);
  const answer = await awaitAnswer(kube, unit, { id: decision.id, withinMs: ANSWER_WITHIN_MS });
  if (answer === null) {
    throw new ChangeoverError('Unreachable', `Nobody answered within ${ANSWER_WITHIN_MS / 1000} s: is a controller running? The decision stands on the plan and is taken when one does. To take it back: kubectl annotate drplan ${unit.name} -n ${unit.namespace} ${mark.decision}-`);
  }
  if (answer.outcome === 'rejected') throw new ChangeoverError('Refused', answer.message);
  console.log(output === 'json' ? JSON.stringify(answer) : `accepted: ${answer.decision} by ${answer.by} (${answer.verified ? 'verified' : 'unverified'}); ${answer.message}`);
  process.exitCode = exitCode.ok;
}
