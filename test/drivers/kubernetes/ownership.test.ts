import { takeTurn, type OwnershipRecord } from '../../../src/domain/ownership.js';
import { createOwnership } from '../../../src/drivers/kubernetes/ownership.js';
import type { RawObject } from '../../../src/ports/objects.js';
import { ownershipContract } from '../../contracts/ownership.contract.js';
import { FakeKube } from '../../harness/fake-kube.js';

class CountingKube extends FakeKube {
  reads = 0;

  override async get(path: string): Promise<RawObject | null> {
    this.reads += 1;
    return super.get(path);
  }
}

const record: OwnershipRecord = { unit: 'orders', epoch: 4, writer: 'east', run: 'run-1', procedure: 'planned-migration', phase: 'preparing', turns: {}, clusterUid: 'uid-of-east' };
const turn = (attempt: number) => ({ run: 'run-1', epoch: 4, step: 'offline-source', attempt });
const takes = (attempt: number) => (read: OwnershipRecord) => takeTurn(read, turn(attempt));

let units = 0;
ownershipContract('ConfigMaps on an API server in memory', async () => ({
  ownership: createOwnership(new FakeKube('east')),
  unit: () => `unit-${(units += 1)}`,
}));

describe('Two drivers of one ownership record', () => {
  async function both() {
    const kube = new CountingKube('east');
    const [mine, other] = [createOwnership(kube), createOwnership(kube)];
    await mine.create(record);
    await mine.update('orders', takes(1));
    return { kube, mine, other };
  }

  test('read nothing again for a change of what they wrote last', async () => {
    const { kube, mine } = await both();
    const before = kube.reads;
    expect((await mine.update('orders', (read) => ({ ...read, writer: null }))).writer).toBeNull();
    expect(kube.reads).toBe(before);
  });

  test('lose no change that the other made since', async () => {
    const { mine, other } = await both();
    await other.update('orders', (read) => ({ ...read, writer: null }));
    expect(await mine.update('orders', takes(2))).toMatchObject({ writer: null, turns: { 'offline-source': 2 } });
  });

  test('do not take a turn that the other has overtaken since', async () => {
    const { mine, other } = await both();
    await other.update('orders', takes(3));
    await expect(mine.update('orders', takes(2))).rejects.toMatchObject({ code: 'OwnershipLost' });
  });

  test('say that nothing is to change only of a record they read just now', async () => {
    const { mine, other } = await both();
    await other.update('orders', (read) => ({ ...read, writer: null }));
    expect((await mine.update('orders', (read) => ({ ...read, writer: 'east' }))).writer).toBe('east');
    expect((await other.read('orders'))?.writer).toBe('east');
  });

  test('refuse by a record they read just now, not by what they remember', async () => {
    const { mine, other } = await both();
    await mine.update('orders', takes(5));
    await other.update('orders', (read) => ({ ...read, turns: {} }));
    expect((await mine.update('orders', takes(2))).turns).toEqual({ 'offline-source': 2 });
  });
});
