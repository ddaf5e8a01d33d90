import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import type { Verbs } from '../../src/controller/verbs.js';
import { Adoptions } from '../../src/controller/adoptions.js';
import type { Adoption } from '../../src/domain/adoption.js';
import { ChangeoverError } from '../../src/domain/errors.js';

const orders = { namespace: 'infoscale-vtas', name: 'orders' };
const shop = { namespace: 'infoscale-vtas', name: 'shop' };
const adopted: Adoption = { unit: 'orders', writer: 'east', members: ['east', 'west'], epoch: 1 };

/** What the workflow ends with where plan, roles and application disagree. */
const disagreement = (...reasons: readonly string[]): Error =>
  new WorkflowFailedError('Workflow execution failed', ApplicationFailure.create({ message: 'Not adopted.', type: 'Refused', details: [{ reasons }] }), 'NON_RETRYABLE_FAILURE' as never);

const east = { site: 'east', generation: 'a/1' };
const west = { site: 'west', generation: 'b/1' };

describe('Adoptions', () => {
  let asked: string[];
  let ended: string[];
  let lines: string[];
  let clock: number;
  let outcome: () => Promise<Adoption>;
  const make = (enabled = true): Adoptions => {
    const verbs: Pick<Verbs, 'adopt'> = { adopt: (unit, sites) => {
      asked.push(`${unit.name} ${sites.join(' ')}`);
      return outcome();
    } };
    return new Adoptions({ verbs, log: (level, message) => void lines.push(`${level} ${message}`), sites: ['east', 'west'], enabled, ended: (unit) => void ended.push(unit.name) }, () => clock);
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  beforeEach(() => {
    [asked, ended, lines] = [[], [], []];
    clock = 1_000_000;
    outcome = () => Promise.resolve(adopted);
  });

  test('begin once, whichever sites ask, and say who may write', async () => {
    const adoptions = make();
    expect([adoptions.want(orders, east), adoptions.want(orders, west)]).toEqual([null, null]);
    await settled();
    expect({ asked, ended, lines }).toEqual({ asked: ['orders east west'], ended: ['orders'], lines: ['info adopted: east may write (epoch 1; members east, west)'] });
    expect(adoptions.disagreements(orders)).toEqual([]);
  });

  test('that fail keep what disagrees, and are tried again after a pause that doubles up to a minute', async () => {
    const adoptions = make();
    outcome = () => Promise.reject(disagreement('The roles say west.', 'The application runs on east.'));
    const pauses: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      expect(adoptions.want(orders, east)).toBeNull();
      await settled();
      const pause = adoptions.want(orders, east) ?? 0;
      pauses.push(pause);
      clock += pause - 1;
      expect(adoptions.want(orders, east)).toBe(1);
      clock += 1;
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(asked).toHaveLength(8);
    expect(adoptions.disagreements(orders)).toEqual(['The roles say west.', 'The application runs on east.']);
    outcome = () => Promise.resolve(adopted);
    adoptions.want(orders, east);
    await settled();
    expect(adoptions.disagreements(orders)).toEqual([]);
  });

  test('that fail are tried at once when the plan has come or has changed on a site, and rest when both sites only ask again', async () => {
    const adoptions = make();
    outcome = () => Promise.reject(disagreement('The plan was found on east only.'));
    for (const asking of [east, west, { ...east, generation: 'a/2' }]) {
      expect(adoptions.want(orders, asking)).toBeNull();
      await settled();
    }
    expect(asked).toHaveLength(3);
    expect([adoptions.want(orders, west), adoptions.want(orders, { ...east, generation: 'a/2' })]).toEqual([2_000, 2_000]);
    expect(asked).toHaveLength(3);
  });

  test('that fail in the same way again are logged once', async () => {
    const adoptions = make();
    for (const reason of ['The link is down.', 'The link is down.', 'The plan names no site.']) {
      outcome = () => Promise.reject(disagreement(reason));
      adoptions.want(orders, east);
      await settled();
      clock += 60_000;
    }
    expect(lines).toEqual(['warn not adopted: The link is down.', 'warn not adopted: The plan names no site.']);
  });

  test('of one unit do not wait for those of another', async () => {
    const adoptions = make();
    outcome = () => new Promise<Adoption>(() => undefined);
    adoptions.want(orders, east);
    outcome = () => Promise.reject(new ChangeoverError('Refused', 'Not adopted.', { reasons: ['No volumes.'] }));
    adoptions.want(shop, east);
    await settled();
    expect(ended).toEqual(['shop']);
    expect(adoptions.disagreements(shop)).toEqual(['No volumes.']);
    expect(adoptions.disagreements(orders)).toEqual([]);
  });

  test('are left to people where the settings say so', async () => {
    expect(make(false).want(orders, east)).toBeNull();
    await settled();
    expect(asked).toEqual([]);
  });
});
