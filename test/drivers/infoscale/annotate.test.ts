import { formatAnswerAnnotation } from '../../../src/domain/annotations.js';
import { ChangeoverError } from '../../../src/domain/errors.js';
import { mark } from '../../../src/domain/names.js';
import { annotateDecision, awaitAnswer } from '../../../src/drivers/infoscale/annotate.js';
import { installDefinitions, isOurDefinition } from '../../../src/drivers/infoscale/install-definitions.js';
import { definitionObjects } from '../../../src/drivers/infoscale/schema/index.js';
import type { RawObject } from '../../../src/ports/objects.js';
import { FakeKube } from '../../harness/fake-kube.js';

const unit = { namespace: 'infoscale-vtas', name: 'orders' };
const path = '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans/orders';
const decision = { kind: 'approve', step: null, reason: 'r', id: 'd-1', statement: null } as const;

/** An API server with the plan, that knows us by this name. */
async function kubeOf(user: string, annotations: Readonly<Record<string, string>> = {}): Promise<FakeKube> {
  const kube = new FakeKube('east');
  const create = kube.create.bind(kube);
  kube.create = async (at, body, options) => (at.endsWith('/selfsubjectreviews') ? { ...(body as RawObject), status: { userInfo: { username: user } } } : create(at, body, options));
  await kube.apply(path, { apiVersion: 'infoscale.veritas.com/v1', kind: 'DisasterRecoveryPlan', metadata: { ...unit, annotations } });
  return kube;
}

describe('A decision written with a kubeconfig of one\'s own', () => {
  test('carries the name by which the API server knows it', async () => {
    const kube = await kubeOf('alice');
    expect(await annotateDecision(kube, unit, decision)).toEqual({ by: 'alice' });
    expect(kube.peek(path)?.metadata.annotations).toEqual({ [mark.decision]: '{"by":"alice","decision":"approve","reason":"r","id":"d-1"}' });
  });

  test('is written once', async () => {
    const kube = await kubeOf('alice');
    await annotateDecision(kube, unit, decision);
    await annotateDecision(kube, unit, decision);
    expect(kube.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(1);
  });

  test('is never written over another that nobody has answered', async () => {
    const kube = await kubeOf('alice', { [mark.decision]: '{"by":"bob","decision":"reject","reason":"r"}' });
    await expect(annotateDecision(kube, unit, decision)).rejects.toMatchObject({ code: 'Conflict', message: expect.stringMatching(/"by":"bob".*kubectl annotate drplan orders -n infoscale-vtas changeover.io\/decision-/) });
  });

  test('is not written under a name that the policy cannot compare', async () => {
    await expect(annotateDecision(await kubeOf('a"b'), unit, decision)).rejects.toMatchObject({ code: 'Invalid' });
  });

  test('is not written where there is no plan', async () => {
    const kube = await kubeOf('alice');
    kube.drop(path);
    await expect(annotateDecision(kube, unit, decision)).rejects.toMatchObject({ code: 'NotFound' });
  });

  test('waits for the answer to itself, and takes no other', async () => {
    const answer = { id: 'd-1', by: 'alice', decision: 'approve', verified: true, outcome: 'accepted', message: 'taken', at: 't' } as const;
    const kube = await kubeOf('alice', { [mark.decisionAnswer]: formatAnswerAnnotation({ ...answer, id: 'd-0' }) });
    const waiting = awaitAnswer(kube, unit, { id: 'd-1', withinMs: 10_000 });
    await kube.patch(path, { metadata: { annotations: { [mark.decisionAnswer]: formatAnswerAnnotation(answer) } } }, 'merge');
    expect(await waiting).toEqual(answer);
  });

  test('is looked at again and again where the account may not watch', async () => {
    const answer = { id: 'd-1', by: 'alice', decision: 'approve', verified: true, outcome: 'rejected', message: 'no', at: 't' } as const;
    const kube = await kubeOf('alice', { [mark.decisionAnswer]: formatAnswerAnnotation(answer) });
    kube.watchUntil = async () => {
      throw new ChangeoverError('Forbidden', 'may not watch');
    };
    expect(await awaitAnswer(kube, unit, { id: 'd-1', withinMs: 10_000 })).toEqual(answer);
    expect(await awaitAnswer(kube, unit, { id: 'd-2', withinMs: 20 })).toBeNull();
  });

  test('says so when nobody answers', async () => {
    expect(await awaitAnswer(await kubeOf('alice'), unit, { id: 'd-1', withinMs: 20 })).toBeNull();
  });
});

describe('The CRDs of a cluster', () => {
  const places = definitionObjects().map((one) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${one.metadata.name}`);
  const theirs: RawObject = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'dns.infoscale.veritas.com', annotations: { 'controller-gen.kubebuilder.io/version': 'v0.16.1' } }, spec: { conversion: { strategy: 'Webhook' } } };

  test('are installed where they are absent, and left as they are the next time', async () => {
    const kube = new FakeKube('east');
    expect((await installDefinitions(kube)).map((one) => one.outcome)).toEqual(['installed', 'installed', 'installed', 'installed']);
    const before = places.map((place) => kube.peek(place));
    expect((await installDefinitions(kube)).map((one) => one.outcome)).toEqual(['ours', 'ours', 'ours', 'ours']);
    expect(places.map((place) => kube.peek(place))).toEqual(before);
  });

  test('of InfoScale\'s operator are never touched', async () => {
    const kube = new FakeKube('east');
    await kube.apply(places[2] ?? '', theirs);
    const before = kube.peek(places[2] ?? '');
    expect(await installDefinitions(kube)).toContainEqual({ name: 'dns.infoscale.veritas.com', outcome: 'theirs' });
    expect(kube.peek(places[2] ?? '')).toEqual(before);
  });

  test('are ours by their label, until an operator takes them over', () => {
    const [ours] = definitionObjects();
    if (ours === undefined) throw new Error('there are no CRDs');
    const labels = ours.metadata.labels ?? {};
    const of = (metadata: object, spec: object = {}): RawObject => ({ ...ours, metadata: { ...ours.metadata, ...metadata }, spec });
    expect(isOurDefinition(ours)).toBe(true);
    expect(isOurDefinition(of({ labels: {} }))).toBe(false);
    expect(isOurDefinition(of({ labels: { ...labels, 'olm.managed': 'true' } }))).toBe(false);
    expect(isOurDefinition(of({ labels: { ...labels, 'operators.coreos.com/infoscale-dr-manager.ns': '' } }))).toBe(false);
    expect(isOurDefinition(of({ annotations: { 'controller-gen.kubebuilder.io/version': 'v0.16.1' } }))).toBe(false);
    expect(isOurDefinition(of({}, { conversion: { strategy: 'Webhook' } }))).toBe(false);
  });
});
