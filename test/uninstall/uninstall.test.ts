import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { OwnershipRecord } from '../../src/domain/ownership.js';
import { fencePolicy, guardPolicy } from '../../src/drivers/kubernetes/fence-policy.js';
import type { RawObject } from '../../src/ports/objects.js';
import { uninstall, type Removal } from '../../src/uninstall/index.js';
import { SiteKube } from './site-kube.js';

const manifests = readdirSync('deploy').filter((file) => file.endsWith('.yaml')).flatMap((file) => parseAllDocuments(readFileSync(`deploy/${file}`, 'utf8')).map((document) => document.toJS() as RawObject));

function ownership(site: string, of: Partial<OwnershipRecord> = {}): RawObject {
  const record: OwnershipRecord = { unit: 'orders', epoch: 3, writer: 'west', run: null, procedure: null, phase: 'free', turns: {}, clusterUid: `uid-of-${site}`, ...of };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ownership-orders', namespace: 'changeover-system' }, data: { record: JSON.stringify(record) } };
}

/** A site with all our manifests, the unit's record and its fence. */
function aSite(site: string, { fence, record }: { fence: string; record?: Partial<OwnershipRecord> }): SiteKube {
  const kube = new SiteKube(site);
  for (const object of manifests) kube.put(object);
  kube.put(ownership(site, record));
  const pair = fencePolicy({ unit: 'orders', application: { namespace: 'shop', labels: [] }, claims: [] });
  const guard = guardPolicy('worker');
  for (const object of [pair.policy, pair.binding, guard.policy, guard.binding]) kube.put(object);
  kube.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'fence.changeover.io/orders': fence, team: 'a' } } });
  kube.put({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'changeover-controller', namespace: 'changeover-system', labels: { 'changeover.io/installed': 'true' } } });
  kube.put({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'changeover-of-somebody-else', labels: { 'changeover.io/aggregate-to-applications': 'true' } } });
  return kube;
}

type Sites = readonly [SiteKube, SiteKube];

function removal({ kubes, ...of }: Partial<Omit<Removal, 'kubes'>> & { readonly kubes?: Sites } = {}): Omit<Removal, 'kubes'> & { readonly kubes: Sites } {
  return { openWork: async () => [], only: ['east', 'west'], unfence: ['orders'], act: true, ...of, kubes: kubes ?? [aSite('east', { fence: 'on' }), aSite('west', { fence: 'off' })] };
}

const changes = (kube: SiteKube) => kube.calls.filter((call) => !call.includes('?dryRun'));

describe('Removing an installation', () => {
  test('takes away everything of ours and nothing else, first what acts and last what it was allowed', async () => {
    const all = removal();
    expect(await uninstall(all)).toMatchObject({ refusals: [], removed: true });
    const [east] = all.kubes;
    expect(await east.list('/apis/rbac.authorization.k8s.io/v1/clusterroles')).toMatchObject([{ metadata: { name: 'changeover-of-somebody-else' } }]);
    for (const plural of ['roles', 'rolebindings', 'clusterrolebindings']) expect(await east.list(`/apis/rbac.authorization.k8s.io/v1/${plural}`)).toEqual([]);
    for (const plural of ['validatingadmissionpolicies', 'validatingadmissionpolicybindings']) expect(await east.list(`/apis/admissionregistration.k8s.io/v1/${plural}`)).toEqual([]);
    expect(await east.list('/api/v1/serviceaccounts')).toEqual([]);
    expect(east.peek('/api/v1/namespaces/shop')?.metadata.labels).toEqual({ team: 'a' });
    expect(east.peek('/api/v1/namespaces/changeover-system')).toBeDefined();
    expect(east.peek('/api/v1/namespaces/changeover-system/configmaps/ownership-orders')).toBeDefined();
    const order = ['/deployments/', 'changeover-fence-orders', '/clusterrolebindings/', '/clusterroles/', '/serviceaccounts/'].map((part) => changes(east).findIndex((call) => call.includes(part)));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('done twice is done once', async () => {
    const all = removal();
    await uninstall(all);
    const before = all.kubes.map((kube) => changes(kube).length);
    expect(await uninstall(all)).toMatchObject({ refusals: [], removed: true, sites: [{ removes: [] }, { removes: [] }] });
    expect(all.kubes.map((kube) => changes(kube).length)).toEqual(before);
  });

  test('changes nothing where it is not asked to, and lists what would go and what stays', async () => {
    const all = removal({ act: false });
    const report = await uninstall(all);
    expect(report).toMatchObject({ refusals: [], removed: false });
    expect(report.sites[0]?.removes).toEqual(expect.arrayContaining(['fence of orders (on)', 'Deployment changeover-system/changeover-controller', 'ClusterRole changeover-observe']));
    expect(report.sites[0]?.leaves).toEqual(expect.arrayContaining(['ownership record of orders: writer west, epoch 3', 'Namespace changeover-system', expect.stringContaining('ClusterRole changeover-of-somebody-else, which is yours'), expect.stringContaining('orders standing by')]));
    expect(all.kubes.flatMap(changes)).toEqual([]);
  });

  test('leaves to Helm what a release of it owns, and says how', async () => {
    const all = removal();
    const path = '/apis/apps/v1/namespaces/changeover-system/deployments/changeover-controller';
    all.kubes[0].put({ ...all.kubes[0].peek(path), metadata: { name: 'changeover-controller', namespace: 'changeover-system', labels: { 'changeover.io/installed': 'true' }, annotations: { 'meta.helm.sh/release-name': 'dr', 'meta.helm.sh/release-namespace': 'changeover-system' } } } as RawObject);
    const report = await uninstall(all);
    expect(report.sites[0]?.leaves).toContain('what belongs to a Helm release, for Helm to remove: helm uninstall dr -n changeover-system');
    expect(all.kubes[0].peek(path)).toBeDefined();
  });

  const rows: readonly (readonly [string, () => ReturnType<typeof removal>, RegExp])[] = [
    ['a run is open in Temporal', () => removal({ openWork: async () => ['changeover/orders'] }), /changeover\/orders is open/],
    ['Temporal cannot be asked', () => removal({ openWork: async () => Promise.reject(new ChangeoverError('Unreachable', 'Temporal does not answer.')) }), /Temporal cannot be asked for open runs: Temporal does not answer/],
    ['a record names a run', () => removal({ kubes: [aSite('east', { fence: 'on', record: { run: 'orders-1', phase: 'offline' } }), aSite('west', { fence: 'off' })] }), /east: the run orders-1 holds orders \(offline\)/],
    ['a record is of another cluster', () => removal({ kubes: [aSite('east', { fence: 'on' }), aSite('west', { fence: 'off', record: { clusterUid: 'another' } })] }), /west: the ownership record of orders is pinned to another cluster/],
    ['a fence is on and nobody named it', () => removal({ unfence: [] }), /east: the fence of orders is on.*--unfence orders/],
    ['the fence is on of the site that is to serve, even when it is named', () => removal({ kubes: [aSite('east', { fence: 'on' }), aSite('west', { fence: 'on' })] }), /west: the fence of orders is on, and this site is the one that is to serve/],
    ['a fence is on and nobody serves, even when it is named', () => removal({ kubes: [aSite('east', { fence: 'on', record: { writer: null } }), aSite('west', { fence: 'off' })] }), /no record says that another site serves/],
    ['a fence has lost its switch, which closes it', () => {
      const all = removal();
      all.kubes[1].put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
      return all;
    }, /west: the fence of orders is on/],
    ['a site cannot be looked at, also where nothing is to be removed there', () => {
      const all = removal({ only: ['east'] });
      all.kubes[1].away = new ChangeoverError('Unreachable', 'no answer');
      return all;
    }, /west cannot be looked at: no answer/],
    ['the account may not', () => {
      const all = removal();
      all.kubes[0].mayNot.add('delete clusterroles');
      return all;
    }, /east: this account may not delete clusterroles\. Name an administrator's kubeconfig: --kubeconfig east=FILE/],
  ];
  test.each(rows)('is refused, and changes nothing, while %s', async (_, make, says) => {
    const all = make();
    const report = await uninstall(all);
    expect(report.removed).toBe(false);
    expect(report.refusals).toEqual([expect.stringMatching(says)]);
    expect(all.kubes.flatMap(changes)).toEqual([]);
  });

  test('stops before the fences when a run began after the first look', async () => {
    let looks = 0;
    const all = removal({ openWork: async () => ((looks += 1) === 1 ? [] : ['changeover/orders']) });
    expect(await uninstall(all)).toMatchObject({ removed: false, refusals: [expect.stringContaining('already removed'), expect.stringContaining('changeover/orders is open')] });
    expect(all.kubes[0].peek('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/changeover-fence-orders')).toBeDefined();
    expect(all.kubes[0].peek('/apis/rbac.authorization.k8s.io/v1/clusterroles/changeover-platform')).toBeDefined();
  });

  test('removes at the named site only', async () => {
    const all = removal({ only: ['west'] });
    expect(await uninstall(all)).toMatchObject({ removed: true, sites: [{ site: 'west' }] });
    expect(changes(all.kubes[0])).toEqual([]);
    expect(changes(all.kubes[1])).not.toEqual([]);
  });
});

describe('What our manifests make', () => {
  test('carries the mark by which it is found again, but for the namespace, which keeps what stays', () => {
    expect(manifests.length).toBeGreaterThan(25);
    expect(manifests.filter(({ kind, metadata }) => (metadata.labels?.['changeover.io/installed'] === 'true') === (kind === 'Namespace')).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
  });
});
