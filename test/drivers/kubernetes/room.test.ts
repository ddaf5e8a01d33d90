import type { RawObject } from '../../../src/ports/objects.js';
import { canonicalImage, nodeRooms } from '../../../src/drivers/kubernetes/room/nodes.js';
import { roomFor, webhooksOf } from '../../../src/drivers/kubernetes/room/index.js';
import { createWorkloads } from '../../../src/drivers/kubernetes/workloads/index.js';
import { aDemand, aPod } from '../../domain/room-facts.js';
import { FakeKube } from '../../harness/fake-kube.js';
import { fakeResources } from '../../harness/fake-resources.js';

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const kind = (apiVersion: string, name: string, plural: string, namespaced = false) => {
  const [first = '', second] = apiVersion.split('/');
  return { group: second === undefined ? '' : first, version: second ?? first, kind: name, plural, namespaced, verbs, subresources: [], preferred: true };
};
const served = [
  ...fakeResources.filter(({ kind: name }) => !['ResourceQuota', 'LimitRange', 'Node'].includes(name)),
  kind('v1', 'Node', 'nodes'), kind('v1', 'ResourceQuota', 'resourcequotas', true), kind('v1', 'LimitRange', 'limitranges', true), kind('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', true),
  kind('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'), kind('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'),
];
const application = { namespace: 'orders', labels: ['app=orders'] };
const object = (apiVersion: string, name: string, rest: object): RawObject => ({ apiVersion, kind: name, metadata: { name: 'it', namespace: 'orders', labels: { app: 'orders' } }, ...rest }) as RawObject;

describe('What an application needs', () => {
  const kube = new FakeKube('east', served);
  const containers = [{ name: 'main', image: 'orders:1', resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { cpu: 1 } } }];
  const initContainers = [{ name: 'migrate', image: 'tool' }, { name: 'proxy', image: 'proxy', restartPolicy: 'Always' }];
  const template = { metadata: { labels: { app: 'orders' } }, spec: { containers, initContainers, nodeSelector: { disk: 'fast' }, tolerations: [{ key: 'a', operator: 'Exists' }] } };

  test('is what its templates say, for as many as run, with its objects and its storage', async () => {
    kube.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders' } });
    kube.put(object('apps/v1', 'Deployment', { spec: { replicas: 3, template } }));
    kube.put(object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template } } } }));
    kube.put(object('v1', 'PersistentVolumeClaim', { spec: { volumeName: 'pv-it', resources: { requests: { storage: '2Gi' } } }, status: { phase: 'Bound' } }));
    const { demand } = await createWorkloads(kube).observe(application, null);
    expect(demand?.pods.map(({ workload, replicas }) => [workload, replicas]).toSorted()).toEqual([['CronJob/it', 0], ['Deployment/it', 3]]);
    expect(demand?.pods.find(({ workload }) => workload === 'Deployment/it')).toEqual({
      workload: 'Deployment/it', replicas: 3, everywhere: false, nodeSelector: { disk: 'fast' }, tolerations: [{ key: 'a', operator: 'Exists', value: '', effect: '' }],
      containers: [
        { name: 'main', image: 'orders:1', init: false, requests: { cpu: 0.25, memory: 2 ** 30 }, limits: { cpu: 1 } },
        { name: 'migrate', image: 'tool', init: true, requests: {}, limits: {} },
        { name: 'proxy', image: 'proxy', init: false, requests: {}, limits: {} },
      ],
    });
    expect(demand).toMatchObject({ storage: 2 ** 31, objects: { 'deployments.apps': 1, 'cronjobs.batch': 1, persistentvolumeclaims: 1 } });
  });

  test('is the architecture of the nodes that its pods run on', async () => {
    const own = new FakeKube('east', served);
    own.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders' } });
    const { metadata } = own.put(object('apps/v1', 'StatefulSet', { spec: { replicas: 1, template } }));
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'it', uid: metadata['uid'], controller: true }];
    const seen = async (nodeName: string) => {
      own.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'it-0', namespace: 'orders', ownerReferences }, spec: { nodeName, containers: [] }, status: { phase: 'Running' } });
      return (await createWorkloads(own).observe(application, null)).demand?.architectures;
    };
    const node = (name: string, of: object) => own.put({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/arch': 'arm64' } }, ...of });
    expect([await seen(''), await seen('n1')]).toEqual([undefined, undefined]);
    node('n1', { status: { nodeInfo: { architecture: 'amd64' } } });
    node('n2', {});
    expect([await seen('n1'), await seen('n2')]).toEqual([['amd64'], ['arm64']]);
  });

  test('is met by what the quotas, the LimitRanges and the objects of its own that stand there leave', async () => {
    kube.put(object('v1', 'ResourceQuota', { spec: { hard: { pods: '4', 'requests.cpu': '2500m' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } }, status: { used: { pods: '1' } } }));
    kube.put(object('v1', 'LimitRange', { spec: { limits: [{ type: 'Container', max: { memory: '1Gi' }, default: { cpu: '1' }, defaultRequest: { cpu: '100m' } }, { type: 'Pod', min: { cpu: '1m' } }] } }));
    expect(await roomFor(kube, application, aDemand())).toMatchObject({
      quotas: [{ name: 'it', scopes: ['PriorityClass'], hard: { pods: 4, 'requests.cpu': 2.5 }, used: { pods: 1 } }],
      limitRanges: [{ name: 'it', type: 'Container', max: { memory: 2 ** 30 }, defaultLimits: { cpu: 1 }, defaultRequests: { cpu: 0.1 } }, { type: 'Pod', min: { cpu: 0.001 } }],
      nodes: [],
      standing: { storage: 2 ** 31, objects: { 'deployments.apps': 1 } },
    });
  });
});

describe('The room on a node', () => {
  const node = (of: { spec?: object; status?: object } = {}): RawObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: { disk: 'fast', other: 'x' } }, ...of });
  const pod = (nodeName: string, phase: string, cpu: string): RawObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: cpu, namespace: 'x' }, spec: { nodeName, containers: [{ resources: { requests: { cpu } } }] }, status: { phase } });
  const rooms = (...nodes: readonly RawObject[]) => nodeRooms(nodes, [pod('n1', 'Running', '500m'), pod('n1', 'Succeeded', '1'), pod('n2', 'Running', '1'), pod('', 'Pending', '1')], aDemand({ pods: [aPod({ nodeSelector: { disk: 'fast' } })] }));

  test('is what is allocatable and not requested by pods that are not over', () => {
    expect(rooms(node({ status: { allocatable: { cpu: '2', memory: '1Gi', pods: '10' } } }))).toEqual([{ name: 'n1', takesPods: true, labels: { disk: 'fast' }, taints: [], free: { cpu: 1.5, memory: 2 ** 30, pods: 9 }, images: null }]);
  });

  test.each([
    ['cordoned', { spec: { unschedulable: true } }, false],
    ['not Ready', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }, false],
    ['Ready', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, true],
  ])('that is %s', (_, of, takesPods) => expect(rooms(node(of))).toMatchObject([{ takesPods }]));

  test('tells of images only when it tells of all it has', () => {
    const images = (names: readonly string[]) => rooms(node({ status: { images: names.map((name) => ({ names: [name] })) } }))[0]?.images;
    expect([images(['example.test/orders:1', 'x']), images(['x']), images([]), images(Array.from({ length: 50 }, (_, n) => `x${n}`))]).toEqual([['example.test/orders:1'], [], null, null]);
  });

  test.each([['nginx', 'docker.io/library/nginx:latest'], ['me/app:2', 'docker.io/me/app:2'], ['localhost/app', 'localhost/app:latest'], ['r.test:5000/a/b@sha256:0', 'r.test:5000/a/b@sha256:0']])('knows %s as %s', (image, name) => expect(canonicalImage(image)).toBe(name));
});

describe('Admission webhooks', () => {
  const service = { namespace: 'policy', name: 'check' };
  const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] };
  async function found(hook: object, of: { readonly ready?: boolean; readonly labels?: Record<string, string> } = {}) {
    const kube = new FakeKube('west', served);
    if (of.labels !== undefined) kube.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders', labels: of.labels } });
    kube.put({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: 'policy' }, webhooks: [{ name: 'a.test', failurePolicy: 'Fail', clientConfig: { service }, rules: [rule], ...hook }] });
    if (of.ready !== undefined) kube.put({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 's', namespace: 'policy', labels: { 'kubernetes.io/service-name': 'check' } }, endpoints: [{ conditions: { ready: of.ready } }] });
    return webhooksOf(kube, application, ['apps/v1/Deployment', 'v1/ConfigMap']);
  }
  const silent = { name: 'ValidatingWebhookConfiguration/policy: a.test', where: 'service policy/check', answers: false, isCertain: true };

  test('are found with whether anybody answers for them', async () => {
    expect([await found({}), await found({}, { ready: false }), await found({}, { ready: true })]).toEqual([[silent], [silent], [{ ...silent, answers: true }]]);
    expect(await found({ clientConfig: { url: 'https://example.test' } })).toEqual([{ ...silent, where: 'an address outside the cluster', answers: null }]);
    expect(await found({ objectSelector: { matchLabels: { a: 'b' } } })).toEqual([{ ...silent, isCertain: false }]);
    expect(await found({ matchConditions: [{ name: 'x', expression: 'false' }] })).toEqual([{ ...silent, isCertain: false }]);
  });

  const rows: readonly (readonly [string, object, boolean, Record<string, string>?])[] = [
    ['that may be ignored', { failurePolicy: 'Ignore' }, false],
    ['of other kinds', { rules: [{ ...rule, resources: ['ingresses'] }] }, false],
    ['of everything', { rules: [{ ...rule, apiGroups: ['*'], resources: ['*'] }] }, true],
    ['of pods, which controllers make', { rules: [{ ...rule, apiGroups: [''], resources: ['pods'] }] }, true],
    ['of what is removed', { rules: [{ ...rule, operations: ['DELETE'] }] }, false],
    ['of another version, which is converted', { rules: [{ ...rule, apiVersions: ['v1beta1'] }] }, true],
    ['of exactly another version', { matchPolicy: 'Exact', rules: [{ ...rule, apiVersions: ['v1beta1'] }] }, false],
    ['of what lies in no namespace', { rules: [{ ...rule, scope: 'Cluster' }] }, false],
    ['of another namespace', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }, false],
    ['of namespaces with a label, before there is ours', { namespaceSelector: { matchLabels: { team: 'a' } } }, false],
    ['of namespaces with a label that ours has', { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['a'] }, { key: 'x', operator: 'DoesNotExist' }] } }, true, { team: 'a' }],
    ['that leave a label out which ours has', { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] } }, false, { team: 'a' }],
    ['of another namespace, but of volumes too', { namespaceSelector: { matchLabels: { a: 'b' } }, rules: [{ ...rule, apiGroups: [''], resources: ['persistentvolumes'] }] }, true],
  ];
  test.each(rows.map(([what, ...of]) => [what, of] as const))('%s', async (_, [hook, isFound, labels]) => expect(await found(hook, labels === undefined ? {} : { labels })).toHaveLength(isFound ? 1 : 0));
});
