import { ChangeoverError } from '../../../src/domain/errors.js';
import { defaultOptions } from '../../../src/domain/request.js';
import type { Plan } from '../../../src/domain/plan.js';
import { createVvr, vvrDefaults } from '../../../src/drivers/vvr/index.js';
import type { Replication } from '../../../src/ports/replication.js';
import { aWork, fakePods, type Answer } from './fake-pods.js';
import { configErrors, printrvgAt, printvol, repstatusHealthy, vxprint } from './texts.js';

const group = { rvg: 'orders_rvg', diskGroup: 'vrts_kube_dg-east' };
const closed = vxprint({ 'orders-ledger-vol': 'closed', 'orders-index-vol': 'closed' });

function aPlan(secondaries = ['west-vvr.example.test']): Plan {
  return {
    run: 'r1', procedure: 'planned-migration', epoch: 2, unit: { namespace: 'orders', name: 'orders' }, source: 'east', target: 'west', members: ['east', 'west'],
    clusterUids: {}, application: { namespace: 'orders', labels: [] }, volumes: [],
    replication: { dataReplication: 'orders', groups: { east: group, west: { rvg: 'orders_rvg', diskGroup: 'vrts_kube_dg-west' } }, secondaries },
    names: null,
    request: { reason: '', requestedBy: { name: 'a', verified: false, via: 'library' }, requestedAt: '', options: { ...defaultOptions, commandTimeoutMs: 300 } },
    digest: '',
  };
}

/** The verb decides the answer; verbs that are not given answer healthily. */
function healthy(changes: Readonly<Record<string, Answer | ((pod: string) => Answer)>> = {}): (pod: string, argv: readonly string[]) => Answer {
  const texts: Record<string, Answer | ((pod: string) => Answer)> = { repstatus: repstatusHealthy, printrvg: printrvgAt('primary'), printvol, vcs: 'no VCS here', vxprint: closed, migrate: 'done', takeover: 'done', ...changes };
  return (pod, argv) => {
    const verb = argv[0] === 'sh' ? 'vcs' : argv[0] === 'vxprint' ? 'vxprint' : (argv.slice(3).find((word) => !word.startsWith('-')) ?? '');
    const answer = texts[verb];
    return typeof answer === 'function' ? answer(pod) : (answer ?? { exitCode: 127 });
  };
}

function vvrWith(answer: (pod: string, argv: readonly string[]) => Answer, pods = ['sds-0', 'sds-1']): { vvr: Replication; calls: string[] } {
  const kube = fakePods(pods, answer);
  return { vvr: createVvr(kube, { ...vvrDefaults, site: 'east', readTimeoutMs: 400 }), calls: kube.calls };
}

describe('view', () => {
  test('a healthy Primary is seen whole', async () => {
    const { vvr } = vvrWith(healthy());
    expect(await vvr.view(group)).toMatchObject({
      site: 'east', role: 'primary', state: 'enabled for I/O', liveCommands: 0, openVolumes: [], configErrors: [],
      volumes: [{ name: 'orders-ledger-vol' }, { name: 'orders-index-vol' }], secondaries: [{ host: 'west-vvr.example.test' }],
    });
  });

  test('VCS is asked beside the storage, and one that does not answer is unreadable while the storage is seen', async () => {
    const seen = async (vcs: Answer) => (await vvrWith(healthy({ vcs })).vvr.view(group)).vcs?.state;
    expect([await seen('no VCS here'), await seen({ exitCode: 1 }), await seen('VCS did not answer\n')]).toEqual(['absent', 'unreadable', 'unreadable']);
    expect(await vvrWith(healthy({ vcs: { exitCode: 1 } })).vvr.view(group)).toMatchObject({ role: 'primary', openVolumes: [] });
  });

  test('a pod that hangs is given up for the next one', async () => {
    const { vvr } = vvrWith((pod, argv) => (pod === 'sds-0' ? 'hang' : healthy()(pod, argv)));
    expect(await vvr.view(group)).toMatchObject({ role: 'primary' });
  });

  test('storage that never answers is unreadable, and does not throw', async () => {
    const { vvr } = vvrWith(() => 'hang');
    expect(await vvr.view(group)).toMatchObject({ role: 'unreadable', liveCommands: 0, openVolumes: ['every volume of orders_rvg'] });
  });

  test('no ready pod is unreadable', async () => {
    expect(await vvrWith(healthy(), []).vvr.view(group)).toMatchObject({ role: 'unreadable' });
  });

  test('volumes whose state cannot be read count as open', async () => {
    const { vvr } = vvrWith(healthy({ vxprint: { exitCode: 1 } }));
    expect((await vvr.view(group)).openVolumes).toEqual(['orders-ledger-vol', 'orders-index-vol']);
  });

  test('a state we do not know is a role command that may be alive', async () => {
    const { vvr } = vvrWith(healthy({ repstatus: repstatusHealthy.replace('enabled for I/O', 'enabled for I/O (migrate in progress)') }));
    expect((await vvr.view(group)).liveCommands).toBe(1);
  });

  test('a Secondary repeats a fresh state, and not one that may be out of date', async () => {
    const busy = repstatusHealthy.replace('enabled for I/O', 'disabled for I/O');
    const at = async (repstatus: string): Promise<number> => (await vvrWith(healthy({ printrvg: printrvgAt('secondary'), repstatus })).vvr.view(group)).liveCommands;
    expect(await at(busy)).toBe(1);
    expect(await at(busy + configErrors)).toBe(0);
    expect(await at(repstatusHealthy)).toBe(0);
    expect(await at(repstatusHealthy.replace(/^Primary:[^]*?\n\n/m, ''))).toBe(0);
  });

  test('the second view needs one round trip and sees a volume that came in between', async () => {
    let table = printvol.slice(0, printvol.indexOf('v    orders-index-vol'));
    const { vvr, calls } = vvrWith(healthy({ printvol: () => table, vxprint: vxprint({ 'orders-ledger-vol': 'closed' }) }));
    await vvr.view(group);
    calls.length = 0;
    await vvr.view(group);
    expect(calls).toHaveLength(5);
    table = printvol;
    expect((await vvr.view(group)).openVolumes).toEqual(['orders-index-vol']);
  });
});

describe('standing', () => {
  test('takes one command for the role and one for what is open, where printrvg says the state', async () => {
    const { vvr, calls } = vvrWith(healthy({ printrvg: printrvgAt('primary', 'enabled for I/O') }));
    await vvr.view(group);
    calls.length = 0;
    expect(await vvr.standing(group)).toMatchObject({ site: 'east', role: 'primary', state: 'enabled for I/O', liveCommands: 0, openVolumes: [] });
    expect(calls).toHaveLength(2);
  });

  test('asks repstatus for the state where printrvg does not say it', async () => {
    expect(await vvrWith(healthy()).vvr.standing(group)).toMatchObject({ role: 'primary', state: 'enabled for I/O', liveCommands: 0 });
    const unknown = healthy({ repstatus: repstatusHealthy.replace('enabled for I/O', 'migrating') });
    expect(await vvrWith(unknown).vvr.standing(group)).toMatchObject({ state: 'migrating', liveCommands: 1 });
  });

  test('storage that does not answer is unreadable with every volume open, and does not throw', async () => {
    expect(await vvrWith(() => 'hang').vvr.standing(group)).toMatchObject({ role: 'unreadable', openVolumes: ['every volume of orders_rvg'] });
    const { vvr } = vvrWith(healthy({ vxprint: { exitCode: 1 } }));
    await vvr.view(group);
    expect((await vvr.standing(group)).openVolumes).toEqual(['every volume of orders_rvg']);
  });
});

describe('awaitDrained', () => {
  test('two readings in a row must agree', async () => {
    const readings = [repstatusHealthy, repstatusHealthy.replace('up-to-date', 'behind'), repstatusHealthy, repstatusHealthy];
    let count = 0;
    const { vvr } = vvrWith(healthy({ repstatus: () => readings[Math.min(count++, 3)] ?? '' }));
    const lines = await vvr.awaitDrained(aPlan().replication!, 'east', aWork());
    expect(count).toBe(4);
    expect(lines).toEqual(['west-vvr.example.test: consistent, up-to-date; replicating (connected); logging to SRL; behind 0h 0m 0s']);
  });

  test('a configuration error, at either command, keeps it waiting and is told', async () => {
    for (const changes of [{ repstatus: repstatusHealthy + configErrors }, { printrvg: printrvgAt('primary') + configErrors }]) {
      const work = aWork({ endsAfterMs: 150 });
      await expect(vvrWith(healthy(changes)).vvr.awaitDrained(aPlan().replication!, 'east', work)).rejects.toMatchObject({ code: 'StillDraining', reasons: [expect.stringContaining('stale')] });
      expect(work.reports).toHaveLength(1);
    }
  });

  test('a Secondary\'s own report proves nothing: it is refused', async () => {
    const { vvr } = vvrWith(healthy({ printrvg: printrvgAt('secondary') }));
    await expect(vvr.awaitDrained(aPlan().replication!, 'east', aWork())).rejects.toMatchObject({ code: 'RoleChanged' });
  });

  test('a planned Secondary that is not reported is missed', async () => {
    const plan = aPlan(['west-vvr.example.test', 'north-vvr.example.test']);
    await expect(vvrWith(healthy()).vvr.awaitDrained(plan.replication!, 'east', aWork({ endsAfterMs: 100 }))).rejects.toMatchObject({ code: 'StillDraining', message: expect.stringContaining('north-vvr') });
  });
});

describe('awaitClosed', () => {
  test('it waits until the kernel has closed every volume', async () => {
    let readings = 0;
    const { vvr } = vvrWith(healthy({ vxprint: () => (++readings < 3 ? closed.replace('closed', 'open') : closed) }));
    await vvr.awaitClosed(group, aWork());
    expect(readings).toBe(3);
  });

  test('when it is aborted it says which volume is open', async () => {
    const { vvr } = vvrWith(healthy({ vxprint: vxprint({ 'orders-index-vol': 'closed' }) }));
    await expect(vvr.awaitClosed(group, aWork({ endsAfterMs: 100 }))).rejects.toMatchObject({ code: 'StillRunning', reasons: ['Volume orders-ledger-vol is open on east.'] });
  });

  test('a reading that fails is not closed', async () => {
    await expect(vvrWith(healthy({ vxprint: { exitCode: 1 } })).vvr.awaitClosed(group, aWork({ endsAfterMs: 100 }))).rejects.toMatchObject({ code: 'StillRunning' });
    await expect(vvrWith(healthy({ printvol: '' })).vvr.awaitClosed(group, aWork({ endsAfterMs: 100 }))).rejects.toMatchObject({ code: 'StillRunning' });
  });
});

test('the end of waiting does not wait for storage that hangs', async () => {
  const { vvr } = vvrWith(() => 'hang');
  const begun = performance.now();
  await expect(vvr.awaitClosed(group, aWork({ endsAfterMs: 50 }))).rejects.toMatchObject({ code: 'StillRunning' });
  expect(performance.now() - begun).toBeLessThan(300);
});

describe('migrate', () => {
  test('it asks without a prompt, names who is to be Primary without a reading, and returns what was said', async () => {
    const { vvr, calls } = vvrWith(healthy({ migrate: { exitCode: 1, stderr: 'V-5-52: volumes are open' } }));
    expect(await vvr.migrate(aPlan(), aWork())).toEqual({ command: 'vradmin -g vrts_kube_dg-east -s migrate orders_rvg west-vvr.example.test', exitCode: 1, output: 'V-5-52: volumes are open' });
    expect(calls).toEqual(['sds-0: vradmin -g vrts_kube_dg-east -s migrate orders_rvg west-vvr.example.test']);
  });

  test('off the log owner it goes on to the next pod, and remembers it', async () => {
    const { vvr, calls } = vvrWith(healthy({ migrate: (pod) => ({ exitCode: pod === 'sds-1' ? 0 : 17 }) }));
    expect(await vvr.migrate(aPlan(), aWork())).toMatchObject({ exitCode: 0 });
    calls.length = 0;
    await vvr.migrate(aPlan(), aWork());
    expect(calls).toEqual(['sds-1: vradmin -g vrts_kube_dg-east -s migrate orders_rvg west-vvr.example.test']);
  });

  test('after a refusal the next attempt asks the next pod, in case the log owner is there', async () => {
    const { vvr, calls } = vvrWith(healthy({ migrate: (pod) => ({ exitCode: pod === 'sds-1' ? 0 : 1 }) }));
    expect(await vvr.migrate(aPlan(), aWork())).toMatchObject({ exitCode: 1 });
    expect(await vvr.migrate(aPlan(), aWork())).toMatchObject({ exitCode: 0 });
    expect(calls).toHaveLength(2);
  });

  test.each([['an exec that breaks', new Error('socket hang up')], ['an exec that never ends', 'hang'], ['an end without a status', { exitCode: null }], ['a client that was killed', { exitCode: 137 }], ['a client that lost its connection', { exitCode: 255 }]] as const)('%s is an unknown outcome and is not tried again', async (_, answer) => {
    const { vvr, calls } = vvrWith(healthy({ migrate: answer }));
    expect(await vvr.migrate(aPlan(), aWork())).toMatchObject({ exitCode: null });
    expect(calls).toHaveLength(1);
  });

  test('with several Secondaries the target is named by its host', async () => {
    const third = 'Secondary:\n  HostName: north-vvr.example.test\n  RvgName: orders_rvg\n  DgName: vrts_kube_dg-north\n';
    const { vvr, calls } = vvrWith(healthy({ printrvg: printrvgAt('primary') + third }));
    await vvr.migrate(aPlan(['west-vvr.example.test', 'north-vvr.example.test']), aWork());
    expect(calls.at(-1)).toBe('sds-0: vradmin -g vrts_kube_dg-east -s migrate orders_rvg west-vvr.example.test');
  });

  test('a run that lost the unit sends nothing', async () => {
    const { vvr, calls } = vvrWith(healthy());
    const lost = async (): Promise<void> => { throw new ChangeoverError('OwnershipLost', 'lost'); };
    await expect(vvr.migrate(aPlan(), aWork({ guard: lost }))).rejects.toMatchObject({ code: 'OwnershipLost' });
    await expect(vvr.takeOver(aPlan(), aWork({ guard: lost }))).rejects.toMatchObject({ code: 'OwnershipLost' });
    expect(calls).toEqual([]);
  });
});

test('a takeover keeps fast failback on', async () => {
  const { vvr } = vvrWith(healthy());
  expect(await vvr.takeOver(aPlan(), aWork())).toMatchObject({ command: 'vradmin -g vrts_kube_dg-east takeover orders_rvg', exitCode: 0 });
});

test('a new Primary is protected although its Secondary is a moment behind', async () => {
  const { vvr } = vvrWith(healthy({ repstatus: repstatusHealthy.replace('up-to-date', 'behind') }));
  expect(await vvr.awaitProtected(group, aWork())).toHaveLength(1);
});
