import { createKubernetesAccess } from '../../src/drivers/kubernetes/access.js';
import type { Kube } from '../../src/drivers/kubernetes/kube.js';
import type { RawObject } from '../../src/ports/objects.js';
import { failureOf } from '../../src/drivers/kubernetes/failure.js';
import { remembered } from '../../src/api/remembered.js';
import { FakeKube } from '../harness/fake-kube.js';

/** An API server that answers reviews as it is told. */
class Reviewer extends FakeKube {
  readonly reviews: { path: string; spec: Record<string, unknown> }[] = [];
  status: Record<string, unknown> = {};

  override async create(path: string, body: object): Promise<RawObject> {
    this.reviews.push({ path, spec: (body as { spec: Record<string, unknown> }).spec });
    return { ...body, status: this.status } as unknown as RawObject;
  }
}

const user = { username: 'system:serviceaccount:teams:ann', uid: 'u1', groups: ['system:authenticated'], extra: { 'authentication.kubernetes.io/pod-name': ['x'] } };

describe('A token that the cluster reviews', () => {
  const kube = new Reviewer('east');
  const access = createKubernetesAccess(kube as Kube, { audiences: ['changeover'] });

  test('is of whom the API server says, when it is made for us', async () => {
    kube.status = { authenticated: true, user, audiences: ['changeover'] };
    expect(await access.identify('t')).toEqual({ name: user.username, uid: 'u1', groups: user.groups, extra: user.extra, verified: true });
    expect(kube.reviews.at(-1)).toEqual({ path: '/apis/authentication.k8s.io/v1/tokenreviews', spec: { token: 't', audiences: ['changeover'] } });
  });

  test.each([
    ['is not authenticated', { authenticated: false, error: 'token t-secret has expired' }],
    ['comes back without a name', { authenticated: true, user: {}, audiences: ['changeover'] }],
    ['is authenticated for nobody in particular', { authenticated: true, user }],
    ['is authenticated for another audience', { authenticated: true, user, audiences: ['payroll'] }],
    ['gets an empty answer', {}],
  ])('that %s is refused, and not repeated', async (_, status) => {
    kube.status = status;
    const error: unknown = await access.identify('t-secret').catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'Unauthenticated' });
    expect(String(error)).not.toContain('t-secret');
  });

  test('is no part of an error of the API server', () => {
    const error = failureOf({ method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', site: 'east', status: 422, body: { reason: 'Invalid', message: 'spec.token: "t-secret" is wrong', details: { causes: [{ field: 'spec.token' }] } } });
    expect(error.message).toBe('POST /apis/authentication.k8s.io/v1/tokenreviews on east: Invalid (spec.token)');
  });

  test('has the rights that the cluster says, on the plan or on all', async () => {
    const identity = { name: user.username, uid: 'u1', groups: user.groups, extra: user.extra, verified: true };
    kube.status = { allowed: true };
    expect(await access.allows(identity, { verb: 'decide', plan: { namespace: 'dr', name: 'orders' } })).toBe(true);
    expect(kube.reviews.at(-1)).toEqual({
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      spec: { user: user.username, uid: 'u1', groups: user.groups, extra: user.extra, resourceAttributes: { group: 'changeover.io', resource: 'runs', verb: 'decide', namespace: 'dr', name: 'orders' } },
    });
    await access.allows(identity, { verb: 'list', plan: null });
    expect(kube.reviews.at(-1)?.spec['resourceAttributes']).toEqual({ group: 'changeover.io', resource: 'runs', verb: 'list' });
  });

  test.each([[{ allowed: false }], [{ denied: true }], [{ allowed: 'true' }], [{}]])('has no right when the answer is %j', async (status) => {
    kube.status = status;
    expect(await access.allows({ name: 'ann', groups: [], verified: true }, { verb: 'get', plan: null })).toBe(false);
  });
});

describe('Answers about people', () => {
  test('count for five seconds, refusals not at all', async () => {
    let now = 0;
    const kube = new Reviewer('east');
    const access = remembered(createKubernetesAccess(kube as Kube, { audiences: ['changeover'] }), () => now);
    kube.status = { authenticated: true, user, audiences: ['changeover'] };
    const identity = await access.identify('t');
    await access.identify('t');
    expect(kube.reviews).toHaveLength(1);
    kube.status = { allowed: false };
    expect(await access.allows(identity, { verb: 'get', plan: null })).toBe(false);
    kube.status = { allowed: true };
    expect(await access.allows(identity, { verb: 'get', plan: null })).toBe(true);
    kube.status = { allowed: false };
    expect(await access.allows(identity, { verb: 'get', plan: null })).toBe(true);
    now = 5_000;
    expect(await access.allows(identity, { verb: 'get', plan: null })).toBe(false);
    kube.status = { authenticated: false };
    await expect(access.identify('t')).rejects.toMatchObject({ code: 'Unauthenticated' });
  });
});
