import { directionOf, planChanges, resolvePlan, type Direction } from '../../src/domain/resolve.js';
import type { SiteObservation } from '../../src/domain/observation.js';
import { aClaim, aFacts, aMigrationRequest, aSite } from './facts.js';

const known = (seen: readonly SiteObservation[], of: Parameters<typeof aMigrationRequest>[0] = {}): Extract<Direction, { kind: 'known' }> => {
  const direction = directionOf(aMigrationRequest(of), seen, null);
  if (direction.kind !== 'known') throw new Error(direction.reasons.join(' '));
  return direction;
};

const planOf = (seen: readonly SiteObservation[] = [aSite('east'), aSite('west')]) => resolvePlan(aMigrationRequest(), known(seen), aFacts().names?.plan ?? null);

describe('The direction of a run', () => {
  test('goes from the site that ownership says may write, whatever order the sites have', () => {
    const { source, target, others } = known([aSite('north'), aSite('west'), aSite('east')]);
    expect([source.site, target.site, others.map((o) => o.site)]).toEqual(['east', 'west', ['north']]);
  });

  test('is not decided by the plan\'s status where a record says otherwise', () => {
    const { source } = known([aSite('east', { plan: { statusPrimary: 'west' } }), aSite('west', { plan: { statusPrimary: 'west' } })]);
    expect(source.site).toBe('east');
  });

  const unowned = { ownership: null };
  const refusals: readonly (readonly [string, readonly SiteObservation[], Parameters<typeof aMigrationRequest>[0], RegExp])[] = [
    ['an unknown target refuses and says which sites there are', [aSite('east'), aSite('west')], { target: 'south' }, /no site south. Sites are: east, west/],
    ['no plan anywhere refuses, with what could not be read', [aSite('east', { plan: null, site: { unknowns: ['no answer'] } }), aSite('west', { plan: null })], {}, /No site has a DisasterRecoveryPlan.*On east: no answer/],
    ['sites that disagree on the writer refuse', [aSite('east'), aSite('west', { ownership: { writer: 'west' } })], {}, /disagree on who may write: east, west/],
    ['a unit without any record of a primary refuses', [aSite('east', { ...unowned, plan: { statusPrimary: null } }), aSite('west', { ...unowned, plan: { statusPrimary: null } })], {}, /changeover adopt orders/],
    ['a primary that is no configured site refuses', [aSite('east', { ownership: { writer: 'south' } }), aSite('west', { ownership: { writer: 'south' } })], {}, /primary is south, which is not a configured site/],
    ['a target that is the source refuses', [aSite('east'), aSite('west')], { target: 'east' }, /source and target are equal/],
  ];
  test('is refused to a run whose workflow was reset to before it held the unit, whatever else is true by then', () => {
    const seen = [aSite('east', { ownership: { run: 'orders-1', writer: null } }), aSite('west', { ownership: { run: 'orders-1', writer: 'west' } })];
    const direction = directionOf(aMigrationRequest(), seen, null);
    expect(direction).toEqual({ kind: 'refused', reasons: ['Run orders-1 itself holds orders on east and west already: its workflow was reset to before that and cannot go on from here. Run: changeover recover orders'] });
    expect(directionOf(aMigrationRequest(), [aSite('east', { ownership: { run: 'orders-1' } }), aSite('west', { ownership: { run: 'orders-1' } })], 'orders-1').kind).toBe('known');
  });

  test.each(refusals)('%s', (_, seen, of, reason) => {
    const direction = directionOf(aMigrationRequest(of), seen, null);
    expect(direction.kind === 'refused' ? direction.reasons.join(' ') : 'known').toMatch(reason);
  });
});

describe('A plan', () => {
  test('claims the epoch after the source\'s and names every member, source and target first', () => {
    expect(planOf([aSite('north'), aSite('west'), aSite('east')])).toMatchObject({ epoch: 5, source: 'east', target: 'west', members: ['east', 'west', 'north'], clusterUids: { east: 'uid-east', west: 'uid-west', north: 'uid-north' } });
  });

  test('leaves out sites that do not have the plan', () => {
    expect(planOf([aSite('east'), aSite('west'), aSite('north', { plan: null })]).members).toEqual(['east', 'west']);
  });

  test('follows each claim to its handle on both sites, and keeps each site\'s own disk group', () => {
    const plan = planOf();
    expect(plan.volumes).toEqual([{ claim: 'ledger', capacity: '64Mi', persistentVolume: 'pv-ledger', driver: 'org.veritas.infoscale', volume: 'ledger-vol', handles: { east: 'ledger-vol', west: 'ledger-vol' } }]);
    expect(plan.replication).toEqual({ dataReplication: 'orders-data', groups: { east: { rvg: 'orders_rvg', diskGroup: 'dg-east' }, west: { rvg: 'orders_rvg', diskGroup: 'dg-west' } }, secondaries: ['west-1'] });
  });

  test('has no replication for an application without a data replication', () => {
    expect(planOf([aSite('east', { plan: { dataReplicationPointer: null } }), aSite('west')]).replication).toBeNull();
  });
});

describe('A sealed plan', () => {
  test('still holds when only the epoch, the digest and the order of lists differ', () => {
    const sealed = { ...planOf(), digest: 'sealed' };
    expect(planChanges(sealed, { ...planOf(), epoch: 9, volumes: planOf().volumes.toReversed() })).toEqual([]);
  });

  const changes: readonly (readonly [string, SiteObservation, RegExp])[] = [
    ['another volume', aSite('east', { application: { claims: [aClaim(), aClaim({ name: 'index', handle: 'index-vol', persistentVolume: 'pv-index' })] } }), /volumes/],
    ['another selector', aSite('east', { plan: { labels: ['app=other'] } }), /application/],
    ['another cluster behind the site', aSite('east', { site: { clusterUid: 'uid-new' } }), /clusterUids/],
    ['another disk group', aSite('east', { replication: { diskGroup: 'dg-new' } }), /replication/],
  ];
  test.each(changes)('is outdated by %s', (_, east, reason) => {
    expect(planChanges(planOf(), planOf([east, aSite('west')])).join(' ')).toMatch(reason);
  });
});
