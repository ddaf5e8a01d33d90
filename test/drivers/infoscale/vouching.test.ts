import { ChangeoverError } from '../../../src/domain/errors.js';
import { mark } from '../../../src/domain/names.js';
import { POLICY, whoBinding, whoPolicy } from '../../../src/drivers/infoscale/admission.js';
import { createVouching } from '../../../src/drivers/infoscale/vouching.js';
import type { RawObject } from '../../../src/ports/objects.js';
import { FakeKube } from '../../harness/fake-kube.js';

const unit = { namespace: 'infoscale-vtas', name: 'orders' };
const value = '{"by":"alice","decision":"approve","reason":"r"}';
const paths = {
  policy: `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${POLICY}`,
  binding: `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/${POLICY}`,
  plan: '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans/orders',
} as const;

const at = (time: string, of: object = {}): object => ({ manager: 'someone', operation: 'Update', time, ...of });
const writes = (name: string): object => ({ fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${name}`]: {} } } } });
const standing = (made: RawObject): RawObject => ({ ...made, metadata: { ...made.metadata, creationTimestamp: '2026-01-01T00:00:00Z', managedFields: [at('2026-01-01T00:00:00Z')] } });
const plan: RawObject = {
  apiVersion: 'infoscale.veritas.com/v1',
  kind: 'DisasterRecoveryPlan',
  metadata: { ...unit, annotations: { [mark.decision]: value }, managedFields: [at('2025-12-31T00:00:00Z', writes('other')), at('2026-01-01T00:01:00Z', writes(mark.decision))] },
};

type World = { policy: RawObject | null; binding: RawObject | null; plan: RawObject | null };

const world: World = { policy: standing(whoPolicy), binding: standing(whoBinding), plan };

const specOf = (made: RawObject): Readonly<Record<string, unknown>> => made['spec'] as Readonly<Record<string, unknown>>;
const changed = (made: RawObject, spec: object): RawObject => ({ ...standing(made), spec: { ...specOf(made), ...spec } });
const metadataOf = (object: RawObject, metadata: object): RawObject => ({ ...object, metadata: { ...object.metadata, ...metadata } });

async function vouched(of: Partial<World>): Promise<string> {
  const kube = new FakeKube('east');
  for (const [name, object] of Object.entries({ ...world, ...of })) if (object !== null) await kube.apply(paths[name as keyof World], object);
  const answer = await createVouching(kube).vouched(unit, { name: mark.decision, value });
  return `${answer.verified ? 'yes' : 'no'}: ${answer.why}`;
}

describe('The API server of a site', () => {
  test('vouches for a name under the policy and its binding as we make them', async () => {
    expect(await vouched({})).toBe('yes: the API server of east let it through under the admission policy changeover-who');
  });

  const noes: readonly (readonly [string, Partial<World>, RegExp])[] = [
    ['there is no policy', { policy: null }, /does not stand on east/],
    ['the policy has no binding', { binding: null }, /does not stand on east/],
    ['a rule of the policy is another', { policy: changed(whoPolicy, { validations: [{ expression: 'true' }] }) }, /is not as Changeover makes it/],
    ['the policy has a condition more', { policy: changed(whoPolicy, { matchConditions: [{ name: 'never', expression: 'false' }] }) }, /is not as Changeover makes it/],
    ['the policy fails open', { policy: changed(whoPolicy, { failurePolicy: 'Ignore' }) }, /is not as Changeover makes it/],
    ['the binding only audits', { binding: changed(whoBinding, { validationActions: ['Audit'] }) }, /is not as Changeover makes it/],
    ['the binding leaves a namespace out', { binding: changed(whoBinding, { matchResources: { namespaceSelector: {} } }) }, /is not as Changeover makes it/],
    ['the binding is being deleted', { binding: metadataOf(standing(whoBinding), { deletionTimestamp: '2026-01-01T00:00:30Z' }) }, /is not as Changeover makes it/],
    ['the annotation says something else by now', { plan: metadataOf(plan, { annotations: { [mark.decision]: value.replace('alice', 'bob') } }) }, /has changed since/],
    ['the plan is gone', { plan: null }, /has changed since/],
    ['the annotation is older than the policy', { plan: metadataOf(plan, { managedFields: [at('2025-12-31T23:59:59Z', writes(mark.decision))] }) }, /may have been written before/],
    ['the annotation came while the policy may not have acted yet', { plan: metadataOf(plan, { managedFields: [at('2026-01-01T00:00:04Z', writes(mark.decision))] }) }, /may have been written before/],
    ['nobody knows when the annotation came', { plan: metadataOf(plan, { managedFields: [] }) }, /may have been written before/],
    ['the time of the annotation is no time', { plan: metadataOf(plan, { managedFields: [at('soon', writes(mark.decision))] }) }, /may have been written before/],
    ['the policy was made right only after the annotation', { policy: metadataOf(standing(whoPolicy), { managedFields: [at('2026-01-01T00:02:00Z')] }) }, /may have been written before/],
  ];
  test.each(noes)('does not vouch when %s', async (_, of, why) => {
    expect(await vouched(of)).toMatch(new RegExp(`^no: .*${why.source}`));
  });

  test('does not vouch when the policy cannot be read', async () => {
    const kube = new FakeKube('east');
    kube.get = async () => {
      throw new ChangeoverError('Forbidden', 'GET: no right');
    };
    expect(await createVouching(kube).vouched(unit, { name: mark.decision, value })).toEqual({ verified: false, why: 'whether the admission policy changeover-who stands on east cannot be read: GET: no right' });
  });
});
