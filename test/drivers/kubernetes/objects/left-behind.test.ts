import { leftBehind } from '../../../../src/drivers/kubernetes/objects/left-behind.js';
import { presentOf } from '../../../../src/drivers/kubernetes/objects/references.js';
import type { Fields, KubeObject } from '../../../../src/domain/restore/object.js';
import type { RawObject } from '../../../../src/ports/objects.js';
import { FakeKube } from '../../../harness/fake-kube.js';

const object = (kind: string, name: string, of: object = {}, metadata: object = {}): RawObject => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'orders', ...metadata }, ...of }) as RawObject;
const main = (of: object): Fields => ({ spec: { containers: [{ name: 'main', ...of }] } });

async function found(template: Fields, own: readonly KubeObject[] = [], standing: readonly RawObject[] = []): Promise<readonly string[]> {
  const kube = new FakeKube('east');
  for (const one of standing) kube.put(one);
  return leftBehind(kube, 'orders', { own, templates: [template] });
}

describe('What an application needs and leaves behind', () => {
  const rows: readonly (readonly [string, Fields, readonly string[]])[] = [
    ['the Secret of a variable', main({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }), ['Secret/s']],
    ['the ConfigMap of a variable', main({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }] }), ['ConfigMap/c']],
    ['what gives all its variables', main({ envFrom: [{ secretRef: { name: 's' } }, { configMapRef: { name: 'c' } }] }), ['ConfigMap/c', 'Secret/s']],
    ['what an init container needs', { spec: { initContainers: [{ name: 'init', envFrom: [{ secretRef: { name: 's' } }] }] } }, ['Secret/s']],
    ['what it mounts', { spec: { volumes: [{ name: 'v', secret: { secretName: 's' } }, { name: 'w', configMap: { name: 'c' } }, { name: 'x', emptyDir: {} }] } }, ['ConfigMap/c', 'Secret/s']],
    ['what it mounts with other things in one place', { spec: { volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'kube-root-ca.crt' } }] } }] } }, ['Secret/s']],
    ['the account of its pods', { spec: { serviceAccountName: 'robot' } }, ['ServiceAccount/robot']],
    ['not the account that every namespace has', { spec: { serviceAccountName: 'default' } }, []],
    ['not what is optional', main({ envFrom: [{ secretRef: { name: 's', optional: true } }] }), []],
    ['not a pull secret that there has never been', { spec: { imagePullSecrets: [{ name: 's' }] } }, []],
    ['nothing', main({ env: [{ name: 'A', value: 'x' }] }), []],
  ];
  test.each(rows)('is %s', async (_, template, references) => expect(await found(template)).toEqual(references));

  const needs = main({ envFrom: [{ secretRef: { name: 's' } }] });

  test('is not what moves along, nor what another object makes again', async () => {
    expect(await found(needs, [object('Secret', 's')])).toEqual([]);
    expect(await found(needs, [object('ConfigMap', 's')])).toEqual(['Secret/s']);
    expect(await found(needs, [], [object('Secret', 's')])).toEqual(['Secret/s']);
    expect(await found(needs, [], [object('Secret', 's', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ExternalSecret', name: 's', uid: 'u', controller: true }] })])).toEqual([]);
  });

  test('is a pull secret and the certificate of an Ingress that exist', async () => {
    const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i' }, spec: { tls: [{ secretName: 'cert' }, { hosts: ['a'] }] } };
    expect(await found({ spec: { imagePullSecrets: [{ name: 'pull' }] } }, [ingress], [object('Secret', 'pull'), object('Secret', 'cert')])).toEqual(['Secret/cert', 'Secret/pull']);
    expect(await found({}, [ingress])).toEqual([]);
  });

  test('is looked for at the target in the namespace of the application', async () => {
    const kube = new FakeKube('west');
    kube.put(object('Secret', 's'));
    kube.put(object('Secret', 'elsewhere', {}, { namespace: 'other' }));
    expect(await presentOf(kube, 'orders', ['Secret/s', 'Secret/elsewhere', 'ConfigMap/s'])).toEqual(['Secret/s']);
  });
});
