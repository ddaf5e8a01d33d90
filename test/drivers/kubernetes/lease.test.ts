import { ChangeoverError } from '../../../src/domain/errors.js';
import type { ServedResource } from '../../../src/drivers/kubernetes/kube.js';
import { createLeadership } from '../../../src/drivers/kubernetes/lease.js';
import { FakeKube } from '../../harness/fake-kube.js';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/changeover-system/leases/changeover-controller';
const leases: ServedResource = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', namespaced: true, verbs: ['get'], subresources: [], preferred: true };
/** A short life, so that a test need not wait: it is renewed each 30 ms. */
const SECONDS = 0.09;

interface Contender {
  readonly said: readonly boolean[];
  readonly stop: () => Promise<void>;
}

describe('Leadership', () => {
  let kube: FakeKube;
  let running: Contender[];
  beforeEach(() => {
    kube = new FakeKube('east', [leases]);
    running = [];
  });
  afterEach(() => Promise.all(running.map(({ stop }) => stop())));

  const contend = (identity: string, mayWrite: () => boolean = () => true): Contender => {
    const said: boolean[] = [];
    const ended = new AbortController();
    const done = createLeadership(kube, { name: 'changeover-controller', identity, seconds: SECONDS, mayWrite }).hold((leading) => void said.push(leading), ended.signal);
    const one = { said, stop: async () => {
      ended.abort();
      await done;
    } };
    running.push(one);
    return one;
  };
  const spec = (): Readonly<Record<string, unknown>> => (kube.peek(PATH)?.['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    const deadline = performance.now() + 4_000;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`not within 4 s: ${what}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const renewals = (): number => kube.calls.filter((call) => call === `PUT ${PATH}`).length;
  const renewed = (times: number): Promise<void> => {
    const from = renewals();
    return until(`${times} renewals`, () => renewals() >= from + times);
  };

  test('is taken where nobody has it, renewed, and given back at the end', async () => {
    const one = contend('one');
    await until('the lead', () => one.said.length > 0);
    const { acquireTime } = spec();
    await renewed(3);
    expect(spec()).toMatchObject({ holderIdentity: 'one', acquireTime, leaseTransitions: 1 });
    await one.stop();
    expect(one.said).toEqual([true, false]);
    expect(spec()).not.toHaveProperty('holderIdentity');
  });

  test('is one\'s only, of two that ask at the same moment, and the other\'s as soon as it is given back', async () => {
    const [one, two] = [contend('one'), contend('two')];
    await until('a lead', () => one.said.length + two.said.length > 0);
    await renewed(4);
    expect([one.said, two.said]).toEqual([[true], []]);
    await one.stop();
    await until('the other\'s lead', () => two.said.length > 0);
    expect(spec()).toMatchObject({ holderIdentity: 'two', leaseTransitions: 2 });
  });

  test('of a holder that is silent is taken over once its time is over by one\'s own clock, whatever the holder\'s said', async () => {
    const since = performance.now();
    kube.put({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'changeover-controller', namespace: 'changeover-system' }, spec: { holderIdentity: 'dead', renewTime: '1999-01-01T00:00:00.000000Z', leaseDurationSeconds: 0.2, leaseTransitions: 7 } });
    const one = contend('one');
    await until('the lead', () => one.said.length > 0);
    expect(performance.now() - since).toBeGreaterThan(200);
    expect(spec()).toMatchObject({ holderIdentity: 'one', leaseTransitions: 8 });
  });

  test('ends when the server does not answer for as long as it lasts, and not sooner', async () => {
    const one = contend('one');
    await until('the lead', () => one.said.length > 0);
    let failures = 0;
    kube.deny = () => {
      failures += 1;
      throw new ChangeoverError('Unreachable', 'no answer');
    };
    await until('a failure', () => failures === 1);
    expect(one.said).toEqual([true]);
    await until('its end', () => one.said.length > 1);
    expect(failures).toBeGreaterThan(1);
    kube.deny = () => undefined;
    await until('the lead again', () => one.said.length > 2);
    expect(one.said).toEqual([true, false, true]);
  });

  test('is lost to whoever has written its own name there', async () => {
    const one = contend('one');
    await until('the lead', () => one.said.length > 0);
    const held = kube.peek(PATH);
    if (held === undefined) throw new Error('no Lease');
    kube.put({ ...held, spec: { ...spec(), holderIdentity: 'another', renewTime: new Date(Date.now() + 60_000).toISOString(), leaseDurationSeconds: 60 } });
    await until('the loss', () => one.said.length > 1);
    await one.stop();
    expect(spec()).toMatchObject({ holderIdentity: 'another' });
  });

  test('is neither taken nor renewed while nothing may be written', async () => {
    let allowed = false;
    const asked: boolean[] = [];
    const one = contend('one', () => {
      asked.push(allowed);
      return allowed;
    });
    await until('three tries', () => asked.length > 2);
    expect([one.said, kube.calls]).toEqual([[], []]);
    allowed = true;
    await until('the lead', () => one.said.length > 0);
    allowed = false;
    await until('its end', () => one.said.length > 1);
    const before = kube.calls.length;
    const tries = asked.length;
    await until('three more tries', () => asked.length > tries + 3);
    expect(kube.calls).toHaveLength(before);
  });
});
