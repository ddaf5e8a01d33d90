import type { ByHandFacts, Place } from '../../src/domain/by-hand/facts.js';
import { linesByHand } from '../../src/domain/by-hand/lines.js';
import { releasePatch, type PatchOperation } from '../../src/domain/by-hand/release-patch.js';
import { word } from '../../src/domain/by-hand/shell.js';
import { inert } from '../../src/domain/restore/inert.js';
import { fieldsOf, type Fields, type KubeObject } from '../../src/domain/restore/object.js';
import { activated } from '../../src/domain/restore/original.js';
import { writePointer } from '../../src/domain/restore/pointer.js';
import { createWorld } from '../../src/drivers/memory/world.js';
import { aPlan } from '../harness/builders.js';
import { aRecord } from './facts.js';

const plan = { ...aPlan(createWorld()), epoch: 4 };

const object = (kind: string, apiVersion: string, of: Fields = {}): KubeObject => ({ apiVersion, kind, metadata: { name: 'orders', namespace: 'orders', uid: `uid-${kind}`, labels: { app: 'orders' }, annotations: { note: 'kept' } }, ...of });
const deployment = object('Deployment', 'apps/v1', { spec: { replicas: 3 } });
const cronJob = object('CronJob', 'batch/v1', { spec: { suspend: false, schedule: '* * * * *' } });
const daemonSet = object('DaemonSet', 'apps/v1', { spec: { template: { spec: {} } } });

/** What an API server makes of it: all of it, or nothing where a test does not hold. */
function patched(before: KubeObject, operations: readonly PatchOperation[]): KubeObject {
  const after = structuredClone(before);
  for (const { op, path, value } of operations) if (op !== 'test') writePointer(after, path, op === 'add' ? value : null);
  return after;
}

const place = (site: string): Place => ({ kubeconfig: `/etc/changeover/${site}.kubeconfig`, user: 'system:serviceaccount:changeover-system:changeover', storage: { namespace: 'infoscale-vtas', podSelector: 'app=sds', container: 'infoscale' } });

function facts(of: Partial<ByHandFacts> = {}): ByHandFacts {
  const record = (site: string) => ({ object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ownership-orders', namespace: 'changeover-system', resourceVersion: `7${site}`, managedFields: [] } }, record: aRecord({ epoch: 3, run: plan.run, writer: null, phase: 'offline', clusterUid: site }) });
  return {
    plan, serves: plan.source, namesMoved: false,
    records: { [plan.source]: record(plan.source), [plan.target]: record(plan.target) },
    held: [inert(cronJob, plan.run), inert(deployment, plan.run)],
    stashes: [],
    places: { [plan.source]: place(plan.source), [plan.target]: place(plan.target) },
    zones: (plan.names?.zones ?? []).map(({ zone }) => ({ zone, primary: '192.0.2.1:53', key: '/etc/changeover/update.key' })),
    ...of,
  };
}

const textOf = (of: Partial<ByHandFacts> = {}): string => linesByHand(facts(of)).flatMap(({ commands }) => commands).join('\n');

describe('A held object is released by hand', () => {
  test.each([deployment, cronJob, daemonSet])('as a run releases it: $kind', (before) => {
    const held = inert(before, plan.run);
    expect(held).not.toEqual(before);
    expect(patched(held, releasePatch(held))).toEqual(activated(held));
  });

  test('only while its original is the one that was read, and the run\'s own label goes with it', () => {
    const held = inert(deployment, plan.run);
    const labelled = { ...held, metadata: { ...held.metadata, labels: { ...held.metadata.labels, 'changeover.io/run': plan.run } } };
    expect(releasePatch(labelled)[0]).toMatchObject({ op: 'test', path: '/metadata/annotations/changeover.io~1original' });
    expect(fieldsOf(patched(labelled, releasePatch(labelled)).metadata)['labels']).toEqual({ app: 'orders' });
  });

  test('and one that is not held is left alone', () => {
    expect(releasePatch(deployment)).toEqual([]);
  });
});

describe('The lines by which a person brings the service back', () => {
  test('look before they change anything, and open the fence only when the records say who writes', () => {
    const titles = linesByHand(facts()).map(({ title }) => title);
    expect(titles).toEqual([
      'Stop every worker of Changeover; read the roles',
      `Only ${plan.source} may write, in the records`,
      `Open the fence on ${plan.source}`,
      `Start orders on ${plan.source}`,
      `Thaw what stands frozen on ${plan.source}`,
    ]);
  });

  test('take the right to write from the other site first, in the next epoch, from the version that was read', () => {
    const [, records] = linesByHand(facts());
    const written = (records?.commands ?? []).map((command) => JSON.parse(command.split('\n')[1] ?? '') as { metadata: Fields; data: { record: string } });
    expect(written.map(({ metadata }) => metadata['resourceVersion'])).toEqual([`7${plan.target}`, `7${plan.source}`]);
    for (const { data } of written) expect(JSON.parse(data.record)).toMatchObject({ epoch: 4, run: plan.run, writer: plan.source, phase: 'undoing', turns: {} });
  });

  test('say which record was not read', () => {
    const [, records] = linesByHand(facts({ records: {} }));
    expect(records?.look).toContain(`${plan.target}, ${plan.source} did not answer`);
    expect(records?.commands).toEqual([]);
  });

  test('leave the names alone before the line, and move each from the value of before behind it', () => {
    expect(textOf()).not.toContain('nsupdate');
    const there = textOf({ serves: plan.target, namesMoved: true });
    const [zone] = plan.names?.zones ?? [];
    const [record] = zone?.records ?? [];
    expect(there).toContain(`zone ${zone?.zone}`);
    expect(there).toContain(`prereq yxrrset ${record?.name} ${record?.type} ${record?.before[0]}`);
    expect(there).toContain(`update add ${record?.name} ${plan.request.options.shortTtlSeconds} ${record?.type} ${record?.after[0]}`);
    const home = textOf({ serves: plan.source, namesMoved: true });
    expect(home).toContain(`prereq yxrrset ${record?.name} ${record?.type} ${record?.after[0]}`);
  });

  test('start custom resources that stand held in Secrets before what may need them', () => {
    const text = textOf({ stashes: ['held-database'] });
    expect(text.indexOf('held-database')).toBeGreaterThan(0);
    expect(text.indexOf('held-database')).toBeLessThan(text.indexOf('deployment.apps/orders'));
  });

  test('are one word to the shell where they are one value', () => {
    expect(word("it's {a}")).toBe(`'it'\\''s {a}'`);
    expect(word('west-vvr.example.test')).toBe('west-vvr.example.test');
  });
});
