import { parseOverride } from '../../src/cli/command.js';
import { requestOf } from '../../src/cli/request.js';
import { loadConfig, type Config } from '../../src/config.js';
import { aSiteConfig, ConfigFolder } from './support.js';

let config: Config;
const folder = new ConfigFolder();
beforeAll(() => {
  config = loadConfig(folder.write({ planNamespace: 'dr', sites: { east: aSiteConfig('east'), west: aSiteConfig('west') }, defaults: { outageBudgetMs: 90_000, probePorts: [8080] } }));
});
afterAll(() => folder.remove());

const flags = { unit: 'orders', to: 'west', reason: 'power works' };

describe('What a person asks for', () => {
  test('takes what was not said from the configuration', () => {
    const request = requestOf(config, flags);
    expect(request).toMatchObject({ unit: { namespace: 'dr', name: 'orders' }, target: 'west', expectedPrimary: null, sites: ['east', 'west'], reason: 'power works' });
    expect(request.options).toEqual({ outageBudgetMs: 90_000, commandTimeoutMs: 60_000, shortTtlSeconds: 1, attestations: 1, waitForTtl: true, approval: null, probePorts: [8080], probes: [] });
  });

  test('takes what was said from the flags, seconds as milliseconds', () => {
    const request = requestOf(config, { ...flags, planNamespace: 'other', expectedPrimary: 'east', budget: 30, waitTtl: false, approver: ['bob', 'eve'], approvalExpires: 60 });
    expect(request).toMatchObject({ unit: { namespace: 'other' }, expectedPrimary: 'east' });
    expect(request.options).toMatchObject({ outageBudgetMs: 30_000, waitForTtl: false, approval: { approvers: ['bob', 'eve'], expiresAfterMs: 60_000 } });
  });

  test('asks for an approval within an hour where nobody says otherwise', () => {
    expect(requestOf(config, { ...flags, approver: ['bob'] }).options.approval).toEqual({ approvers: ['bob'], expiresAfterMs: 3_600_000 });
  });

  test('has a run id that names the unit and the minute and is another one each time', () => {
    const [one, other] = [requestOf(config, flags), requestOf(config, flags)];
    expect(one.run).toMatch(/^orders-\d{8}-\d{4}-[0-9a-f]{4}$/);
    expect(one.requestedAt.replaceAll(/[-:]/g, '').slice(0, 13).replace('T', '-')).toBe(one.run.slice('orders-'.length, -'-0000'.length));
    expect(new Set([one.run, other.run]).size).toBe(2);
  });

  test('is never said to be verified: the command line vouches for nobody', () => {
    expect(requestOf(config, flags).requestedBy).toMatchObject({ verified: false, via: 'cli' });
  });
});

describe('An override on the command line', () => {
  test('is a check and a reason, as often as there are checks', () => {
    expect(parseOverride('target-is-preferred=it burns = bad', parseOverride('outage-fits-the-budget=at night'))).toEqual({ 'outage-fits-the-budget': 'at night', 'target-is-preferred': 'it burns = bad' });
  });

  test.each(['target-is-preferred', 'target-is-preferred=', '=because', ' = '])('%j is refused with how it is written', (text) => {
    expect(() => parseOverride(text)).toThrow('CHECK=REASON');
  });
});
