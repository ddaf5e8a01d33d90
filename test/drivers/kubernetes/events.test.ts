import type { PlanEvent } from '../../../src/domain/watched-plan.js';
import { createEvents, type Events } from '../../../src/drivers/kubernetes/events.js';
import type { RawObject } from '../../../src/ports/objects.js';
import { FakeKube } from '../../harness/fake-kube.js';

const COLLECTION = '/api/v1/namespaces/infoscale-vtas/events';
const about = (name: string) => ({ apiVersion: 'infoscale.veritas.com/v1', kind: 'DisasterRecoveryPlan', namespace: 'infoscale-vtas', name, uid: `uid-of-${name}` });
const said = (message: string): PlanEvent => ({ type: 'Normal', reason: 'Preparing', message });
const MINUTE = 60_000;

describe('Events about a plan', () => {
  let kube: FakeKube;
  let clock: number;
  let events: Events;
  beforeEach(() => {
    kube = new FakeKube('east');
    clock = Date.UTC(2026, 2, 1, 3);
    events = createEvents(kube, { instance: 'one', now: () => clock });
  });
  const written = (): Promise<readonly RawObject[]> => kube.list(COLLECTION);

  test('name what they are about, who tells them, and when', async () => {
    await events.tell(about('orders'), { type: 'Warning', reason: 'Held', message: 'The run waits.' });
    expect(await written()).toMatchObject([
      { type: 'Warning', reason: 'Held', message: 'The run waits.', count: 1, involvedObject: about('orders'), firstTimestamp: '2026-03-01T03:00:00.000Z', source: { component: 'changeover-controller' }, reportingInstance: 'one' },
    ]);
  });

  test('that are the same are counted within ten minutes, and told anew after', async () => {
    for (let time = 0; time < 3; time += 1) {
      await events.tell(about('orders'), said('The link is down.'));
      clock += MINUTE;
    }
    expect(await written()).toMatchObject([{ count: 3, firstTimestamp: '2026-03-01T03:00:00.000Z', lastTimestamp: '2026-03-01T03:02:00.000Z' }]);
    clock += 11 * MINUTE;
    await events.tell(about('orders'), said('The link is down.'));
    expect((await written()).map((event) => event['count'])).toEqual([3, 1]);
  });

  test('that the server has dropped since are told anew', async () => {
    await events.tell(about('orders'), said('The link is down.'));
    const [first] = await written();
    kube.drop(`${COLLECTION}/${first?.metadata.name ?? ''}`);
    clock += MINUTE;
    await events.tell(about('orders'), said('The link is down.'));
    expect(await written()).toMatchObject([{ count: 1 }]);
  });

  test('are written 25 at once and then one each twelve seconds, for each plan by itself', async () => {
    const burst = async (name: string, wanted: number): Promise<void> => {
      for (let number = 0; number < wanted; number += 1) await events.tell(about(name), said(`${name} ${clock} ${number}`));
    };
    const of = async (name: string): Promise<number> => (await written()).filter(({ involvedObject }) => (involvedObject as { name: string }).name === name).length;
    await burst('orders', 40);
    await burst('shop', 3);
    expect([await of('orders'), await of('shop')]).toEqual([25, 3]);
    clock += 11_000;
    await burst('orders', 5);
    expect(await of('orders')).toBe(25);
    clock += 1_000;
    await burst('orders', 5);
    expect(await of('orders')).toBe(26);
    clock += 60 * MINUTE;
    await burst('orders', 40);
    expect(await of('orders')).toBe(51);
  });

  test('repeated without end cost no more requests than others do', async () => {
    for (let time = 0; time < 500; time += 1) await events.tell(about('orders'), said('The link is down.'));
    expect(kube.calls).toHaveLength(25);
  });

  test('keep to the server\'s limits for message and name', async () => {
    await events.tell(about('o'.repeat(253)), said('x'.repeat(5_000)));
    const [event] = await written();
    expect(String(event?.['message'])).toHaveLength(1_024);
    expect(event?.metadata.name.length).toBeLessThanOrEqual(253);
  });
});
