import { ChangeoverError } from '../../src/domain/errors.js';
import { Bench, failureOf } from './support.js';

const claimAt = (b: Bench, site: string) => b.run((a) => a.ensureClaimed({ site, plan: b.plan }));
const releaseAt = (b: Bench, site: string) => b.run((a) => a.ensureReleased({ site, plan: b.plan }));

describe('The claim', () => {
  test('is the same however often it is made', async () => {
    const b = new Bench();
    for (let n = 0; n < 3; n += 1) await claimAt(b, 'east');
    expect(b.record('east')).toMatchObject({ epoch: 2, run: 'orders-1', writer: 'east', phase: 'preparing' });
    expect(b.world.site('east').plans.get('orders')?.object).toMatchObject({ specPrimary: 'west', proposedBy: 'orders-1', statusPrimary: 'east' });
  });

  test.each([
    ['another run holds the unit', { run: 'orders-9' }],
    ['the epoch went on', { epoch: 3 }],
    ['nobody may write', { writer: null }],
    ['another site may write', { writer: 'west' }],
  ] as const)('is refused when %s', async (_, of) => {
    const b = new Bench();
    b.setRecord('east', of);
    expect(await failureOf(claimAt(b, 'east'))).toMatchObject({ code: 'OwnershipLost' });
    expect(b.world.site('east').plans.get('orders')?.object.specPrimary).toBe('east');
  });

  test('is refused on a cluster that the plan did not pin', async () => {
    const b = new Bench();
    b.setRecord('east', { clusterUid: 'uid-of-west' });
    expect(await failureOf(claimAt(b, 'east'))).toMatchObject({ code: 'WrongSite' });
  });

  test('that wakes after the release takes nothing and proposes nothing', async () => {
    const b = new Bench();
    await claimAt(b, 'east');
    await releaseAt(b, 'east');
    await releaseAt(b, 'west');
    for (const site of ['east', 'west']) {
      expect(await failureOf(claimAt(b, site))).toMatchObject({ code: 'OwnershipLost' });
      expect(b.record(site)).toMatchObject({ run: null, epoch: 2 });
      expect(b.world.site(site).plans.get('orders')?.object).toMatchObject({ specPrimary: 'east', proposedBy: null });
    }
  });

  test('that is released between the record and the plan proposes nothing', async () => {
    const b = new Bench();
    const stop = b.world.on('Ownership.update', () => b.setRecord('east', { run: null, phase: 'free' }), 'after');
    expect(await failureOf(claimAt(b, 'east'))).toMatchObject({ code: 'OwnershipLost' });
    stop();
    expect(b.world.site('east').plans.get('orders')?.object.specPrimary).toBe('east');
  });
});

describe('The release', () => {
  test('is the same however often it is made, and makes the records equal though only one was claimed', async () => {
    const b = new Bench();
    await claimAt(b, 'east');
    for (let n = 0; n < 2; n += 1) for (const site of ['east', 'west']) await releaseAt(b, site);
    for (const site of ['east', 'west']) expect(b.record(site)).toMatchObject({ epoch: 2, run: null, writer: 'east', phase: 'free', turns: {} });
    expect(b.world.site('east').plans.get('orders')).toMatchObject({ object: { specPrimary: 'east', proposedBy: null }, transient: {} });
  });

  test('leaves the record and the proposal of another run alone', async () => {
    const b = new Bench();
    await claimAt(b, 'east');
    const other = { ...b.plan, run: 'orders-9' };
    await b.run((a) => a.ensureReleased({ site: 'east', plan: other }));
    expect(b.record('east')).toMatchObject({ run: 'orders-1', epoch: 2 });
    expect(b.world.site('east').plans.get('orders')?.object).toMatchObject({ specPrimary: 'west', proposedBy: 'orders-1' });
  });
});

describe('Adoption', () => {
  const adoptAt = (b: Bench, site: string, epoch = 1) => b.run((a) => a.ensureAdopted({ site, unit: b.plan.unit, writer: 'east', epoch, expectedUid: `uid-of-${site}` }));

  test('writes the first record, and is the same however often', async () => {
    const b = new Bench({ adopted: false });
    for (let n = 0; n < 2; n += 1) await adoptAt(b, 'east');
    expect(b.record('east')).toEqual({ unit: 'orders', epoch: 1, writer: 'east', run: null, procedure: null, phase: 'free', turns: {}, clusterUid: 'uid-of-east' });
  });

  test('raises a free record of an older epoch, so that two sites agree again', async () => {
    const b = new Bench();
    await adoptAt(b, 'west', 4);
    expect(b.record('west')).toMatchObject({ epoch: 4, writer: 'east', run: null });
  });

  test.each([
    ['has another writer', { writer: 'west' }],
    ['is held by a run', { run: 'orders-9' }],
    ['is of a newer epoch', { epoch: 9 }],
  ] as const)('refuses a record that %s', async (_, of) => {
    const b = new Bench();
    b.setRecord('east', of);
    expect(await failureOf(adoptAt(b, 'east'))).toMatchObject({ code: 'OwnershipLost' });
  });

  test('refuses a cluster that changed since it was looked at', async () => {
    const b = new Bench();
    expect(await failureOf(b.run((a) => a.ensureAdopted({ site: 'east', unit: b.plan.unit, writer: 'east', epoch: 1, expectedUid: 'uid-elsewhere' })))).toMatchObject({ code: 'WrongSite' });
  });
});

describe('The end', () => {
  test('frees the record last, and a try after that changes nothing', async () => {
    const b = new Bench();
    const proofs = await b.toTheLine();
    await b.run((a) => a.swapRoles({ ...b.place('swap-roles'), ...proofs }));
    await b.run((a) => a.ensureActive({ ...b.place('activate-target', { site: 'west' }), swapped: { kind: 'roles-swapped', run: 'orders-1', epoch: 2, at: new Date().toISOString(), source: 'secondary', target: 'primary', by: 'migrate' } }));
    await b.run((a) => a.ensureRedirected(b.place('redirect-traffic', { site: 'west' })));
    b.world.fault({ call: 'Plans.settle', site: 'west', when: 'before', error: new ChangeoverError('Unreachable', 'no answer') });
    expect(await failureOf(b.run((a) => a.ensureFinished(b.place('finish', { site: 'west' }))))).toMatchObject({ code: 'Unreachable' });
    expect(b.record('west').run).toBe('orders-1');
    for (let n = 0; n < 2; n += 1) await b.run((a) => a.ensureFinished(b.place('finish', { site: 'west' })));
    expect(b.record('west')).toMatchObject({ epoch: 2, writer: 'west', run: null, phase: 'free' });
    expect(b.world.law()).toEqual([]);
  });
});
