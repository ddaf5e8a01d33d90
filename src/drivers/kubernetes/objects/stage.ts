import { ChangeoverError } from '../../../domain/errors.js';
import type { Plan } from '../../../domain/plan.js';
import { cleaned } from '../../../domain/restore/cleaned.js';
import { fieldsOf, idOf, resourceVersionOf, type KubeObject } from '../../../domain/restore/object.js';
import { sameContent } from '../../../domain/restore/same.js';
import { WAVES, waveOf } from '../../../domain/restore/waves.js';
import type { Capture, Staged } from '../../../ports/objects.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { awaitBound } from './bound.js';
import { ensureNamespace } from './namespace.js';
import { inPool } from './pool.js';
import { indexOf, type ResourceIndex } from './resources.js';
import { candidateOf, decideStaging, type Candidate, type Decision, type Found } from './staging.js';
import { ensureOnlyCaptured } from './superseded.js';

interface Step {
  readonly candidate: Candidate;
  readonly decision: Decision;
}

/** See `Objects.ensureStaged`. Everything is asked first, so that nothing stands half staged when one object is refused. */
export async function ensureStaged(kube: Kube, options: { plan: Plan; capture: Capture; work: Work }): Promise<Staged> {
  const { plan, capture, work } = options;
  const index = await indexOf(kube, true);
  const namespace = capture.objects.find((object) => object.kind === 'Namespace' && object.apiVersion === 'v1');
  const candidates = capture.objects.filter((object) => object !== namespace).map((object) => candidateOf(object, plan));
  assertServed(kube, index, candidates);

  work.report(`comparing ${candidates.length} objects with what stands on ${kube.site}`);
  const steps = await inPool(candidates, async (candidate): Promise<Step> => ({ candidate, decision: decideStaging(candidate, await findStanding(kube, index, candidate), plan.run) }));
  refuseAll(kube, steps.flatMap(({ decision }) => (decision.kind === 'refused' ? [decision.reason] : [])));

  if (namespace !== undefined) await ensureNamespace(kube, { namespace, run: plan.run, work });
  const toApply = steps.filter((step): step is Step & { decision: { kind: 'apply' } } => step.decision.kind === 'apply');
  work.report(`asking ${kube.site} whether it would accept ${toApply.length} objects`);
  const denials = await inPool(toApply, (step) => denialOf(kube, index, { step, work }));
  refuseAll(kube, denials.filter((denial) => denial !== null));

  for (let wave = 0; wave < WAVES; wave += 1) {
    const members = toApply.filter((step) => waveOf(step.decision.object) === wave);
    if (members.length > 0) work.report(`writing ${members.length} objects on ${kube.site}: ${members.slice(0, 5).map((step) => idOf(step.decision.object)).join(', ')}${members.length > 5 ? ', …' : ''}`);
    await inPool(members, (step) => write(kube, index.pathOf(step.decision.object), { decision: step.decision, work }));
  }
  await ensureOnlyCaptured(kube, { plan, captured: candidates, work });
  await awaitBound(kube, plan, work);
  return {
    created: toApply.filter((step) => step.decision.creates).length,
    unchanged: steps.filter((step) => step.decision.kind === 'unchanged').length,
    adopted: steps.filter((step) => step.decision.kind === 'adopted').map((step) => idOf(step.candidate.real)),
  };
}

function refuseAll(kube: Kube, reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  throw new ChangeoverError('Refused', `${kube.site} cannot take the application: ${reasons.length === 1 ? '' : `${reasons.length} reasons. `}${reasons.join(' ')}`, { reasons });
}

function assertServed(kube: Kube, index: ResourceIndex, candidates: readonly Candidate[]): void {
  const missing = new Set(candidates.filter((candidate) => index.find(candidate.real) === null).map(({ real }) => `${real.apiVersion}/${real.kind}`));
  refuseAll(kube, [...missing].map((kind) => `${kind} is not served there; install its CustomResourceDefinition first.`));
}

/** What exists under the names of a candidate. */
export async function findStanding(kube: Kube, index: ResourceIndex, candidate: Candidate): Promise<Found> {
  const real = await kube.get(index.pathOf(candidate.real));
  const heldApart = index.pathOf(candidate.held) !== index.pathOf(candidate.real);
  return { real, held: heldApart ? await kube.get(index.pathOf(candidate.held)) : real };
}

/** Codes by which an API server says no to the object itself; anything else is the way there, and is thrown. */
const denialCodes = new Set(['Invalid', 'Forbidden', 'Conflict', 'NotFound']);

/** Why the server would not accept what is about to be written, or what it will become when activated; null when it would. */
async function denialOf(kube: Kube, index: ResourceIndex, options: { step: Step & { decision: { kind: 'apply' } }; work: Work }): Promise<string | null> {
  const { step, work } = options;
  const { object } = step.decision;
  const asked = index.pathOf(object) === index.pathOf(step.candidate.real) ? [object] : [object, step.candidate.real];
  for (const body of asked) {
    try {
      await kube.apply(index.pathOf(body), body, { dryRun: true, force: true, signal: work.signal });
    } catch (error) {
      if (!(error instanceof ChangeoverError) || !denialCodes.has(error.code)) throw error;
      // A webhook with side effects cannot be asked in advance; that is no refusal of the object.
      if (error.message.includes('dry run')) work.report(`${idOf(body)} cannot be asked about in advance: ${error.message}`);
      else return `${idOf(body)}: ${error.message}`;
    }
  }
  return null;
}

/** Kinds whose other fields belong to the cluster: applied, never replaced. */
const neverReplaced = new Set(['PersistentVolume', 'PersistentVolumeClaim', 'ServiceAccount']);

async function write(kube: Kube, path: string, options: { decision: { object: KubeObject; creates: boolean }; work: Work }): Promise<void> {
  const { decision, work } = options;
  const { object, creates } = decision;
  await work.guard();
  const answer = { ...(await kube.apply(path, object, { force: true, signal: work.signal })), apiVersion: object.apiVersion, kind: object.kind };
  if (object.kind === 'PersistentVolume') await ensureClaimable(kube, path, answer);
  if (creates || neverReplaced.has(object.kind) || sameContent(cleaned(answer), cleaned(object))) return;
  // Apply leaves fields that other managers wrote, such as a key that the writer has since removed.
  const metadata = { ...object.metadata, resourceVersion: resourceVersionOf(answer) };
  await kube.replace(path, { ...object, metadata }, { signal: work.signal });
}

/** A released volume remembers the UID of the claim that is gone, and would never bind again. */
async function ensureClaimable(kube: Kube, path: string, volume: KubeObject): Promise<void> {
  if (fieldsOf(volume['status'])['phase'] !== 'Released') return;
  const metadata = { resourceVersion: resourceVersionOf(volume) };
  await kube.patch(path, { metadata, spec: { claimRef: { uid: null, resourceVersion: null } } }, 'merge');
}
