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
    expect([adoptions.want(orders, 'uid/1'), adoptions.want(orders, 'uid-at-west/1')]).toEqual([null, null]);
    await settled();
    expect({ asked, ended, lines }).toEqual({ asked: ['orders east west'], ended: ['orders'], lines: ['info adopted: east may write (epoch 1; members east, west)'] });
    expect(adoptions.disagreements(orders)).toEqual([]);
  });

  test('that fail keep what disagrees, and are tried again after a minute, or at once when the plan has changed', async () => {
    const adoptions = make();
    outcome = () => Promise.reject(disagreement('The roles say west.', 'The application runs on east.'));
    adoptions.want(orders, 'uid/1');
    await settled();
    expect(adoptions.disagreements(orders)).toEqual(['The roles say west.', 'The application runs on east.']);
    clock += 20_000;
    expect(adoptions.want(orders, 'uid/1')).toBe(40_000);
    expect(asked).toHaveLength(1);
    adoptions.want(orders, 'uid/2');
    await settled();
    expect(asked).toHaveLength(2);
    clock += 60_000;
    outcome = () => Promise.resolve(adopted);
    adoptions.want(orders, 'uid/2');
    await settled();
    expect(asked).toHaveLength(3);
    expect(adoptions.disagreements(orders)).toEqual([]);
  });

  test('that fail in the same way again are logged once', async () => {
    const adoptions = make();
    for (const reason of ['The link is down.', 'The link is down.', 'The plan names no site.']) {
      outcome = () => Promise.reject(disagreement(reason));
      adoptions.want(orders, 'uid/1');
      await settled();
      clock += 60_000;
    }
    expect(lines).toEqual(['warn not adopted: The link is down.', 'warn not adopted: The plan names no site.']);
  });

  test('of one unit do not wait for those of another', async () => {
    const adoptions = make();
    outcome = () => new Promise<Adoption>(() => undefined);
    adoptions.want(orders, 'uid/1');
    outcome = () => Promise.reject(new ChangeoverError('Refused', 'Not adopted.', { reasons: ['No volumes.'] }));
    adoptions.want(shop, 'uid/1');
    await settled();
    expect(ended).toEqual(['shop']);
    expect(adoptions.disagreements(shop)).toEqual(['No volumes.']);
    expect(adoptions.disagreements(orders)).toEqual([]);
  });

  test('are left to people where the settings say so', async () => {
    expect(make(false).want(orders, 'uid/1')).toBeNull();
    await settled();
    expect(asked).toEqual([]);
  });
});
