import { ChangeoverError } from '../../../../src/domain/errors.js';
import { createObjects } from '../../../../src/drivers/kubernetes/objects/index.js';
import type { RawObject } from '../../../../src/ports/objects.js';
import { workOf } from '../../../contracts/plan-of.js';
import type { FakeKube } from '../../../harness/fake-kube.js';
import { emptySite, ordersPlan, writerSite } from './application.js';

export const plan = ordersPlan();
export const work = workOf();
export const inOrders = '/namespaces/orders';
export const paths = {
  deployment: `/apis/apps/v1${inOrders}/deployments/orders`,
  cronJob: `/apis/batch/v1${inOrders}/cronjobs/report`,
  settings: `/api/v1${inOrders}/configmaps/settings`,
  claim: `/api/v1${inOrders}/persistentvolumeclaims/ledger`,
  volume: '/api/v1/persistentvolumes/ledger-pv',
  greeting: `/apis/example.test/v1${inOrders}/greetings/hello`,
  namespace: '/api/v1/namespaces/orders',
};

/** The application of one site staged at another. */
export async function staged(source: FakeKube = writerSite('east'), target: FakeKube = emptySite('west')) {
  const captured = await createObjects(source).capture(plan, work);
  const result = await createObjects(target).ensureStaged(plan, captured, work);
  return { source, target, captured, result };
}

export const spec = async (kube: FakeKube, path: string): Promise<Record<string, unknown>> => ((await kube.get(path))?.['spec'] ?? {}) as Record<string, unknown>;

export async function refusal(promise: Promise<unknown>): Promise<ChangeoverError> {
  const error = await promise.then(() => new Error('was not refused'), (thrown: unknown) => thrown);
  if (error instanceof ChangeoverError) return error;
  throw error;
}

/** A Deployment whose pods are Ready as soon as it asks for them. */
export function readyAtOnce(object: RawObject, kube: FakeKube): void {
  if (object.kind !== 'Deployment') return;
  const wanted = Number((object['spec'] as { replicas?: number }).replicas ?? 1);
  const status = { observedGeneration: object.metadata['generation'], readyReplicas: wanted, updatedReplicas: wanted };
  if (JSON.stringify(object['status']) !== JSON.stringify(status)) kube.put({ ...object, status });
}
