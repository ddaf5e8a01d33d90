import { judge, plannedMigrationChecks, recheckChecks, refusing } from '../../../src/domain/checks/index.js';
import * as room from '../../../src/domain/checks/room/index.js';
import { outageFitsTheBudget } from '../../../src/domain/checks/outage/index.js';
import type { Room, Webhook } from '../../../src/domain/room.js';
import { predictFrom } from '../../../src/domain/prediction.js';
import { aFacts, said } from '../facts.js';
import { aDemand, aNode, aRoom } from '../room-facts.js';

const facts = (of: Partial<Room> = {}, hooks: { readonly source?: readonly Webhook[]; readonly target?: readonly Webhook[] } = {}) =>
  aFacts({ source: { application: { demand: aDemand() }, site: { webhooks: hooks.source ?? [] } }, target: { site: { room: aRoom(of), webhooks: hooks.target ?? [] } } });
const aHook = (of: Partial<Webhook> = {}): Webhook => ({ name: 'ValidatingWebhookConfiguration/policy: a.test', where: 'service policy/check', answers: true, isCertain: true, ...of });
const all = Object.values(room);

describe('The room at the target', () => {
  test('that suffices says nothing, nor does a target that was not asked', () => {
    expect(judge(all, facts({ quotas: [{ name: 'q', scopes: [], hard: { pods: 2 }, used: {} }] }, { target: [aHook()] }))).toEqual([]);
    expect(judge(all, aFacts())).toEqual([]);
    expect(judge(all, aFacts({ source: { application: { demand: aDemand() } }, target: { site: { room: null } } }))).toEqual([]);
  });

  test('A quota that is too small refuses', () => expect(said(room.quotasLeaveRoom, facts({ quotas: [{ name: 'q', scopes: [], hard: { pods: 1 }, used: {} }] }))).toEqual(['On west: ResourceQuota q leaves 1 of 1 pods, and 2 is needed. Raise the quota, or remove what uses it.']));

  test('A LimitRange that denies the pods refuses', () => expect(said(room.limitRangesAllowThePods, facts({ limitRanges: [{ name: 'r', type: 'Container', min: {}, max: { cpu: 0.5 }, defaultLimits: {}, defaultRequests: {} }] }))).toEqual([expect.stringContaining('On west: Container main of Deployment/orders has a limit of 1 cpu, and at most 0.5 is allowed')]));

  test('Nodes without room refuse, and can be gone past', () => {
    const full = facts({ nodes: [aNode({ free: { pods: 1 } })] });
    expect(said(room.nodesHaveRoom, full)).toEqual([expect.stringContaining('On west: Nodes have room for 1 of 2 pods of Deployment/orders')]);
    expect(refusing(judge(all, full))).toHaveLength(1);
    expect(refusing(judge(all, { ...full, request: { ...full.request, overrides: { 'nodes-have-room': 'the autoscaler adds nodes' } } }))).toEqual([]);
  });

  test('Images that no node has warn, and make the outage longer', () => {
    const absent = facts({ nodes: [aNode({ images: [] })] });
    expect(judge(all, absent)).toMatchObject([{ check: 'images-are-there', severity: 'warn', says: 'No node of west that may run it has the image example.test/orders:1.' }]);
    const [with_, without] = [absent.target, aFacts().target].map((target) => predictFrom(absent.source, target).totalMs);
    expect((with_ ?? 0) - (without ?? 0)).toBe(10_000);
    expect(said(outageFitsTheBudget, { ...absent, request: { ...absent.request, options: { ...absent.request.options, outageBudgetMs: 9_000 } } })).toEqual([expect.stringContaining('1 image to pull')]);
  });
});

describe('The architecture of the nodes', () => {
  const on = (...architectures: readonly string[]) =>
    aFacts({ source: { application: { demand: aDemand({ architectures: ['amd64'] }) } }, target: { site: { room: aRoom({ nodes: architectures.map((architecture) => aNode({ architecture })) }) } } });

  test('that differs everywhere refuses, and can be gone past', () => {
    expect(said(room.nodesHaveTheArchitecture, on('arm64'))).toEqual([expect.stringContaining('The pods of Deployment/orders run on amd64 at east, and every node of west that may run them is arm64.')]);
    expect(said(room.nodesAreAlike, on('arm64'))).toEqual([]);
    expect(room.nodesHaveTheArchitecture.overriding).not.toBeNull();
  });

  test('that differs here and there warns', () => {
    expect(judge(all, on('amd64', 'arm64'))).toMatchObject([{ check: 'nodes-are-alike', severity: 'warn', says: expect.stringContaining('west may put them on arm64 as well') }]);
  });
});

describe('The Pod Security level of the namespace', () => {
  const said_ = (here: string | null, there: string | null) => said(room.podSecurityIsNoStricter, aFacts({ source: { application: { podSecurity: here } }, target: { application: { podSecurity: there } } }));

  test('that is stricter at the target refuses, and only then', () => {
    expect(said_(null, 'restricted')).toEqual([expect.stringContaining('enforces the Pod Security level restricted on west, and privileged on east.')]);
    expect(said_('baseline', 'restricted')).toHaveLength(1);
    for (const [here, there] of [['restricted', 'restricted'], ['restricted', 'baseline'], ['privileged', null], [null, 'privileged']] as const) expect(said_(here, there)).toEqual([]);
  });
});

describe('Admission webhooks', () => {
  const silent = aHook({ answers: false });

  test('A dead webhook refuses, at either site', () => {
    expect(said(room.webhooksAnswer, facts({}, { source: [silent], target: [silent] })).map((one) => one.split(' Bring')[0])).toEqual(['east', 'west'].map((site) => `On ${site}: ${silent.name} must be asked about objects of the application, and service policy/check has no ready endpoint.`));
    expect(said(room.webhooksAreInside, facts({}, { target: [silent] }))).toEqual([]);
  });

  test('One that cannot be seen, or may leave our objects out, warns', () => {
    const reasons = judge(all, facts({}, { target: [aHook({ answers: null, where: 'an address outside the cluster' }), { ...silent, isCertain: false }] }));
    expect(reasons.map(({ check, severity }) => [check, severity])).toEqual([['webhooks-are-inside', 'warn'], ['webhooks-are-inside', 'warn']]);
    expect(reasons[1]?.says).toContain('may have to be asked');
  });
});

test('The room is looked at again right before the outage', () => expect(all.every((check) => plannedMigrationChecks.includes(check) && recheckChecks.includes(check))).toBe(true));
