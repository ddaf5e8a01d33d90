import { disagreements } from '../../src/domain/adoption.js';
import type { SiteObservation } from '../../src/domain/observation.js';
import { aSite, aWorkload } from './facts.js';

const fresh = { ownership: null };
const reasonsOf = (...seen: readonly SiteObservation[]) => {
  const found = disagreements(seen);
  return found.kind === 'refused' ? found.reasons.join('\n') : 'agreed';
};

describe('Adoption', () => {
  test('finds the writer where spec, roles and the running application agree', () => {
    expect(disagreements([aSite('east', fresh), aSite('west', fresh)])).toEqual({ kind: 'agreed', writer: 'east', members: ['east', 'west'], epoch: 1, clusterUids: { east: 'uid-east', west: 'uid-west' } });
  });

  test('goes on with the newest epoch where free records of the same writer stand already', () => {
    expect(disagreements([aSite('east', { ownership: { epoch: 7 } }), aSite('west', { ownership: { epoch: 6 } })])).toMatchObject({ kind: 'agreed', epoch: 7 });
  });

  test('does not need a status.primaryCluster', () => {
    const empty = { ...fresh, plan: { statusPrimary: null } };
    expect(disagreements([aSite('east', empty), aSite('west', empty)]).kind).toBe('agreed');
  });

  const east = aSite('east', fresh);
  const west = aSite('west', fresh);
  const rows: readonly (readonly [string, readonly SiteObservation[], RegExp])[] = [
    ['what could not be read refuses', [aSite('east', { ...fresh, site: { unknowns: ['no answer'] } }), west], /On east: no answer/],
    ['InfoScale\'s own DR manager refuses', [aSite('east', { ...fresh, site: { foreignManagers: ['Deployment/dr-manager'] } }), west], /DR manager is here/],
    ['a plan on one site only refuses', [east, aSite('west', { ...fresh, plan: null })], /on east only/],
    ['a plan on no site refuses', [aSite('east', { ...fresh, plan: null }), aSite('west', { ...fresh, plan: null })], /on no site/],
    ['two names for one cluster refuse', [east, aSite('west', { ...fresh, site: { clusterUid: 'uid-east' } })], /the same cluster/],
    ['an application that runs nowhere refuses', [aSite('east', { ...fresh, application: { workloads: [aWorkload({ ready: 0 })] } }), west], /runs on no site/],
    ['an application that runs on both sites refuses', [east, aSite('west', { ...fresh, application: { workloads: [aWorkload()] } })], /runs on east and west/],
    ['no Primary refuses', [aSite('east', { ...fresh, replication: { role: 'secondary' } }), west], /No site is Primary/],
    ['two Primaries refuse', [east, aSite('west', { ...fresh, replication: { role: 'primary' } })], /east and west are both Primary/],
    ['a Primary where the application does not run refuses', [aSite('east', { ...fresh, replication: { role: 'secondary' } }), aSite('west', { ...fresh, replication: { role: 'primary' } })], /runs on east, but west is Primary/],
    ['specs that differ refuse', [east, aSite('west', { ...fresh, plan: { specPrimary: 'west' } })], /spec.primaryCluster differs/],
    ['a spec that names another site refuses', [aSite('east', { ...fresh, plan: { specPrimary: 'west' } }), aSite('west', { ...fresh, plan: { specPrimary: 'west' } })], /but spec.primaryCluster is west/],
    ['a status that names another site refuses', [aSite('east', { ...fresh, plan: { statusPrimary: 'west' } }), west], /but status.primaryCluster is west/],
    ['a record with another writer refuses', [aSite('east', { ownership: { writer: 'west' } }), west], /has an ownership record already: writer west/],
    ['a record that a run holds refuses', [aSite('east', { ownership: { run: 'orders-0' } }), west], /run orders-0/],
  ];
  test.each(rows)('%s', (_, seen, reason) => {
    expect(reasonsOf(...seen)).toMatch(reason);
  });

  test('says nothing of specs where no site has the plan', () => {
    expect(reasonsOf(aSite('east', { ...fresh, plan: null }), aSite('west', { ...fresh, plan: null }))).not.toMatch(/spec\.primaryCluster/);
  });

  test('says every disagreement at once', () => {
    const found = disagreements([aSite('east', { ...fresh, plan: { specPrimary: 'west' }, replication: { role: 'secondary' } }), west]);
    expect(found.kind === 'refused' && found.reasons.length).toBeGreaterThanOrEqual(2);
  });
});
