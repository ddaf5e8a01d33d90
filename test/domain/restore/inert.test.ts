import fc from 'fast-check';
import { ChangeoverError } from '../../../src/domain/errors.js';
import { mark } from '../../../src/domain/names.js';
import { holdClassOf, inert, isInert } from '../../../src/domain/restore/inert.js';
import { mergePatch } from '../../../src/domain/restore/merge-patch.js';
import type { Fields, KubeObject } from '../../../src/domain/restore/object.js';
import { activated, originalOf } from '../../../src/domain/restore/original.js';
import { isStash, isStashed, stashed, unstashed } from '../../../src/domain/restore/stash.js';

const object = (apiVersion: string, kind: string, fields: object = {}): KubeObject => ({ apiVersion, kind, metadata: { name: 'orders', namespace: 'orders' }, ...fields });

describe.each([
  ['Deployment', object('apps/v1', 'Deployment', { spec: { replicas: 3 } }), { replicas: 0 }],
  ['Deployment with the default count', object('apps/v1', 'Deployment', { spec: { template: {} } }), { replicas: 0, template: {} }],
  ['StatefulSet', object('apps/v1', 'StatefulSet', { spec: { replicas: 2 } }), { replicas: 0 }],
  ['bare ReplicaSet', object('apps/v1', 'ReplicaSet', { spec: { replicas: 1 } }), { replicas: 0 }],
  ['DaemonSet', object('apps/v1', 'DaemonSet', { spec: { template: { spec: { nodeSelector: { disk: 'fast' } } } } }), { template: { spec: { nodeSelector: { 'changeover.io/parked': 'true' } } } }],
  ['CronJob', object('batch/v1', 'CronJob', { spec: { suspend: false, schedule: '* * * * *' } }), { suspend: true, schedule: '* * * * *' }],
  ['CronJob that a person had suspended', object('batch/v1', 'CronJob', { spec: { suspend: true } }), { suspend: true }],
  ['Job', object('batch/v1', 'Job', { spec: { parallelism: 1 } }), { parallelism: 1, suspend: true }],
  ['autoscaler that acts at zero', object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { minReplicas: 0 } }), { minReplicas: 0, behavior: { scaleUp: { selectPolicy: 'Disabled' } } }],
])('a held %s', (_, before, spec) => {
  test('does nothing and comes back exactly as it was', () => {
    const held = inert(before, 'run-1');
    expect(held['spec']).toEqual(spec);
    expect(isInert(held)).toBe(true);
    expect(JSON.parse(held.metadata.annotations?.[mark.original] ?? '')).toMatchObject({ run: 'run-1' });
    const back = activated(held);
    expect(isOnlyEmpty(mergePatch(before, back))).toBe(true);
  });

  test('keeps the original of the first time when it is held again', () => {
    const again = inert(inert(before, 'run-1'), 'run-2');
    expect(originalOf(again)).toEqual(originalOf(inert(before, 'run-1')));
  });
});

/** A patch may leave empty maps behind where a field was made; they say nothing. */
function isOnlyEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.values(value as Fields).every(isOnlyEmpty));
}

describe('what only publishes', () => {
  test('an ingress is hidden from ExternalDNS and orders no certificate, and comes back with both', () => {
    const ingress: KubeObject = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i', annotations: { 'cert-manager.io/cluster-issuer': 'acme' } }, spec: { rules: [] } };
    const held = inert(ingress, 'r');
    expect(held.metadata.annotations?.['cert-manager.io/cluster-issuer']).toBeUndefined();
    expect(held.metadata.annotations?.['external-dns.alpha.kubernetes.io/controller']).toBe('changeover-held');
    expect(activated(held)).toEqual(ingress);
  });

  test('a service inside the cluster is left as it is', () => {
    const service = object('v1', 'Service', { spec: { type: 'ClusterIP' } });
    expect(inert(service, 'r')).toBe(service);
    expect(isInert(service)).toBe(true);
  });

  test('a kind without a row is not held and a custom resource is kept back as a whole', () => {
    expect(holdClassOf({ apiVersion: 'v1', kind: 'ConfigMap' })).toBeNull();
    const resource = object('example.test/v1', 'Greeting', { spec: { text: 'grüß dich' } });
    expect(isStashed(resource)).toBe(true);
    expect(isStashed(object('v1', 'ConfigMap'))).toBe(false);
    const secret = stashed(resource);
    expect(isStash(secret)).toBe(true);
    expect(unstashed(secret)).toEqual(resource);
    expect(JSON.stringify(secret)).not.toContain('grüß');
  });
});

describe('an original', () => {
  test('that someone damaged is an error and not taken for none', () => {
    const damaged = object('apps/v1', 'Deployment', { spec: { replicas: 0 } });
    damaged.metadata.annotations = { [mark.original]: '{"run":' };
    expect(() => activated(damaged)).toThrow(ChangeoverError);
    expect(() => activated(damaged)).toThrow(/Deployment\/orders/);
  });
});

/** RFC 7386, as an API server applies it. */
function applied(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Fields = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...(target as Fields) } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = applied(result[key], value);
  }
  return result;
}

describe('a merge patch', () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }), tie('map')),
    map: fc.dictionary(fc.string({ maxLength: 3 }).filter((key) => key !== '__proto__'), tie('value'), { maxKeys: 4 }),
  })).map;

  test('turns one object into the other, whatever they are', () => {
    fc.assert(
      fc.property(json, json, (from, to) => {
        const patch = mergePatch(from as Fields, to as Fields);
        expect(patch === null ? from : applied(from, patch)).toEqual(to);
      }),
    );
  });
});
