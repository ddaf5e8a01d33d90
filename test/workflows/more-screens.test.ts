import { ChangeoverError } from '../../src/domain/errors.js';
import { screenOf } from '../../src/domain/screen.js';
import { told, type Story } from '../harness/story.js';
import { crossedInto, quick } from '../harness/two-primaries.js';

/** More held runs as a person sees them who has only `changeover status`: what is, what to do first, and each way on. Word for word, so that a change is read by somebody. */
const held = { options: quick };
const neverAtTheTarget = { call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') } as const;

function roles(story: Story, east: 'primary' | 'secondary', west: 'primary' | 'secondary'): void {
  story.world.happens('someone at the storage', () => {
    for (const [site, role] of [['east', east], ['west', west]] as const) story.world.site(site).groups.forEach((group) => Object.assign(group, { role }));
  });
}

async function shown(story: Story): Promise<readonly string[]> {
  const { service, line, next, choices } = screenOf(await story.status(), story.time.now());
  return [service, line, next, ...choices.map((choice) => `> ${choice}`)];
}

describe('The screen of a run', () => {
  test('where no site is Primary', () =>
    told({}, async (story) => {
      await crossedInto(story, 'neither');
      expect(await shown(story)).toEqual([
        'THE SERVICE IS DOWN since 00:00:00Z (20 s); budget 20 s; no site can write. Predicted rest: 2.1 s from your decision on.',
        'On the line: what became of the role swap is not clear, and nothing is started anywhere until it is.',
        'HELD at swap-roles since 00:00:00Z: No site is Primary (neither-primary): east is secondary (enabled for I/O), west is secondary (enabled for I/O). Before the swap the application was stopped, and west had every write. Promote west to go on, or east to stay there; what each loses stands with it. If you do nothing, it stays held.',
        '> changeover retry orders --step swap-roles --reason "…": The roles are read again; that helps only after one site alone was given the role, by a promotion or with the storage\'s own commands. Outage from then on: unknown; loses nothing.',
        '> changeover promote orders east --statement "what only west has is lost" --reason "…": east takes the role, and west gets its data. The run undoes itself, and east serves again. Outage from then on: about 2.0 s; loses no write that was acknowledged before the swap (every one was made at east, and it stopped before).',
        '> changeover promote orders west --statement "what only east has is lost" --reason "…": west takes the role, and east gets its data. The run goes on, and orders is started on west. Outage from then on: about 2.1 s; loses no write that was acknowledged before the swap (west had every one at 00:00:00Z, after east had stopped).',
      ]);
    }));

  test('whose target cannot be read in the crossing', () =>
    told({}, async (story) => {
      story.when('Replication.migrate', () => story.world.partition('west'));
      await story.migrate(held);
      expect(await shown(story)).toEqual([
        'THE SERVICE IS DOWN since 00:00:00Z (20 s); budget 20 s; it is not known which site can write. Predicted rest: 2.1 s from your decision on.',
        'On the line: what became of the role swap is not clear, and nothing is started anywhere until it is.',
        'HELD at swap-roles since 00:00:00Z: The role at west cannot be read (target-unreadable): east is primary (enabled for I/O), west is unreadable (no answer). Before the swap the application was stopped, and west had every write. Restore the connection to west, then retry; attest, where it is offered, only if west is off for certain and cannot come back by itself. If you do nothing, it stays held.',
        '> changeover retry orders --step swap-roles --reason "…": The roles are read again; nothing is changed. Outage from then on: unknown; loses nothing.',
        '> changeover attest orders west --statement "west is off" --reason "…": You vouch that west cannot write. The run undoes itself, and east serves again. Outage from then on: about 2.0 s; loses nothing if the statement is true; what west acknowledges if it is not.',
      ]);
    }));

  test('whose roles somebody swapped by hand', () =>
    told({}, async (story) => {
      story.when('Replication.awaitDrained', () => roles(story, 'secondary', 'primary'));
      await story.migrate(held);
      expect(await shown(story)).toEqual([
        'THE SERVICE IS DOWN since 00:00:00Z; budget 20 s; it is not known which site can write. Predicted rest: 2.9 s from your decision on.',
        'Before the line: the run is being undone.',
        'HELD at offline-source since 00:00:00Z: west is Primary and east is Secondary, though this run did not swap them: orders must not start on east. Find out who changed the roles, and how. Then either give the role back and retry, which starts orders on east; or go-forward, which starts it on west at once. Also: freeze-controllers waits; stage-target waits; capture-application waits; lower-ttl waits; protect-volumes waits; claim waits. If you do nothing, it stays held.',
        '> changeover retry orders --step offline-source --reason "…": Give the role back to east first: on west, in an InfoScale pod, vradmin -g vrts_kube_dg-west migrate orders_rvg east-1. Tried again: west is read again; if it is not Primary, orders is started on east. It may take 5 min 0 s; for another time add --deadline SECONDS. Outage from then on: about 2.0 s if it succeeds; loses nothing.',
        '> changeover go-forward orders --step offline-source --reason "…": The undo is given up: orders is kept stopped on east and started on west, which is Primary. Outage from then on: about 2.0 s; loses nothing if they were swapped by vradmin migrate, which is refused while west is behind; what only east had if west took over (this run has no proof that west had every write of east).',
      ]);
    }));

  test('whose way back is not open', () =>
    told({}, async (story) => {
      story.world.fault(neverAtTheTarget);
      await story.migrate(held);
      story.world.link.connected = false;
      await story.decide('turn-back');
      await story.goOn();
      expect(await shown(story)).toEqual([
        'THE SERVICE IS DOWN since 00:00:00Z; budget 20 s; west can write. Predicted rest: 3.4 s from your decision on.',
        'Before the line of the way back: it can be given up by go-forward.',
        'HELD at look-back since 00:00:00Z: The way back is not open: Secondary east-1: replication is "paused due to network disconnection", not replicating (connected). Mend replication in VVR (resumerep, startrep, resync) and wait until it is consistent. Correct every reason listed, then retry. If you do nothing, it stays held.',
        '> changeover retry orders --step look-back --reason "…": The step is tried again. Outage from then on: about 3.4 s if it succeeds; loses nothing.',
        '> changeover go-forward orders --step look-back --reason "…": The way back is given up: orders is started on west again. Outage from then on: about 2.0 s; loses nothing.',
      ]);
    }));

  test('whose ownership record somebody removed', () =>
    told({}, async (story) => {
      story.when('Traffic.ensureRedirected', () => story.world.happens('someone', () => void story.world.site('west').ownership.delete('orders')));
      await story.migrate(held);
      expect(await shown(story)).toEqual([
        'THE SERVICE IS DOWN since 00:00:00Z; budget 20 s; west can write. Predicted rest: 0.1 s from your decision on.',
        'After the line: the run is only carried on, never undone.',
        'HELD at redirect-traffic since 00:00:00Z: The ownership record of orders on west is gone (ConfigMap changeover-system/ownership-orders), though run orders-1 holds the unit in epoch 2. Someone removed the record; adopting does not bring it back while a run holds the unit. Put it back, then retry. On west: kubectl create configmap ownership-orders -n changeover-system \'--from-literal=record={"unit":"orders","epoch":2,"writer":"west","run":"orders-1","procedure":"planned-migration","phase":"forward","turns":{},"clusterUid":"uid-of-west"}\' If you do nothing, it stays held.',
        '> changeover retry orders --step redirect-traffic --reason "…": The step is tried again. It may take 5 min 0 s; for another time add --deadline SECONDS. Outage from then on: about 0.1 s if it succeeds; loses nothing.',
        '> changeover skip orders --step redirect-traffic --reason "…": Clients keep going to the source until someone changes the records. Outage from then on: unknown; loses nothing.',
        '> changeover turn-back orders --step redirect-traffic --reason "…": orders is stopped on west and started on east again. Outage from then on: about 3.4 s; loses nothing.',
      ]);
    }));

  test('that is recovered while a site does not answer', () =>
    told({}, async (story) => {
      const cut = story.cutAt(60);
      await story.migrate({}, { until: cut.isCut });
      story.world.partition('east');
      await story.recover();
      expect(await shown(story)).toEqual([
        'It is not known whether the application serves, nor which site can write.',
        'On which side of the line the run is, the roles will tell; they are not read yet.',
        'HELD at recover since 00:04:55Z: east does not answer. Restore the connection to the server that the message names; a step that is held by then needs a retry. If you do nothing, it stays held.',
        '> changeover retry orders --step recover --reason "…": The site is asked again. Outage from then on: unknown; loses nothing.',
        '> changeover attest orders east --statement "east is off" --reason "…": You vouch that east cannot write; the run goes on without it. Outage from then on: unknown; loses nothing if the statement is true; what east still acknowledges if it is not.',
      ]);
    }));
});
