import { screenOf } from '../../src/domain/screen.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import { told, type Story } from '../harness/story.js';

/**
 * Five held runs, as a person sees them who has only `changeover status`: what is, which site can write, which side of the line, and each
 * way on with what it does, costs and loses. The texts stand here word for word, so that a change of one is read by somebody.
 */
const quick = { options: { commandTimeoutMs: 1_000, outageBudgetMs: 20_000 } };

async function shown(story: Story): Promise<readonly string[]> {
  const status = await story.status();
  const screen = screenOf(status, story.time.now());
  const names = screen.names.filter((line) => / A /.test(line));
  return [screen.title, screen.service, screen.line, screen.next, ...screen.choices.map((line) => `> ${line}`), ...screen.sites, ...names];
}

describe('The screen of a held run', () => {
  test('where both sites say that they are Primary', () =>
    told({}, async (story) => {
      story.when('Replication.migrate', () => story.world.happens('someone at the storage', () => story.world.site('west').groups.forEach((group) => (group.role = 'primary'))));
      await story.migrate(quick);
      expect(await shown(story)).toEqual([
        'orders: east → west · held · swap-roles is held: Both sites say that they are Primary (both-primary): east is primary (enabled for I/O), west is primary (enabled for I/O). Before the swap the application was stopped, and west had every write.',
        'THE SERVICE IS DOWN since 00:00:00Z (20 s); budget 20 s; it is not known which site can write. Predicted rest: 2.1 s from your decision on.',
        'On the line: what became of the role swap is not clear, and nothing is started anywhere until it is.',
        'HELD at swap-roles since 00:00:00Z: Both sites say that they are Primary (both-primary): east is primary (enabled for I/O), west is primary (enabled for I/O). Before the swap the application was stopped, and west had every write. Keep it stopped and see who commanded a role (the last command under "Facts", and the storage\'s log on both sites); then promote the site whose data shall stay. If you do nothing, it stays held.',
        '> changeover retry orders --step swap-roles --reason "…": The roles are read again; that helps only after one site alone was given the role, by a promotion or with the storage\'s own commands. Outage from then on: unknown; loses nothing.',
        '> changeover promote orders east --statement "what only west has is lost" --reason "…": west gives the role up, once it is proven that nothing can write there (fence on, nothing runs, no volume open), and gets the data of east. The run undoes itself, and east serves again. Outage from then on: about 2.0 s; loses what only west has, and no write that was acknowledged before the swap (every one was made at east, and it stopped before); west says at 00:00:00Z: east-1: consistent, up-to-date, paused due to network disconnection, logging to SRL; no volume open; fence on; nothing runs there; beyond that, when it became Primary, after 00:00:00Z when this run read it as Secondary, and what was written there since, cannot be known.',
        '> changeover promote orders west --statement "what only east has is lost" --reason "…": east gives the role up, once it is proven that nothing can write there (fence on, nothing runs, no volume open), and gets the data of west. The run goes on, and orders is started on west. Outage from then on: about 2.1 s; loses what only east has, and no write that was acknowledged before the swap (west had every one at 00:00:00Z, after east had stopped); east says at 00:00:00Z: west-1: consistent, up-to-date, paused due to network disconnection, logging to SRL; no volume open; fence on; nothing runs there; beyond that, it was Primary before the swap, and what was written there since past the application cannot be known.',
        'east: primary, writable yes, fence unknown, workloads stopped: Deployment/orders, fence on at 00:00:00Z, not read again (read 00:00:00Z, 20 s ago)',
        'west: primary, writable yes, fence unknown, workloads Deployment/orders 0/0, CronJob/orders-report 0/0, fence on at 00:00:00Z, not read again (read 00:00:00Z, 20 s ago)',
        '00:00:00Z ns1: orders.example.test. A 127.10.0.80 (east)',
        '00:00:00Z ns2: orders.example.test. A 127.10.0.80 (east)',
      ]);
    }));

  test('whose source cannot be read', () =>
    told({}, async (story) => {
      story.when('Replication.migrate', () => story.world.partition('east'));
      await story.migrate(quick);
      expect(await shown(story)).toEqual([
        'orders: east → west · held · swap-roles is held: The role at east cannot be read (source-unreadable): east is unreadable (no answer), west is secondary (enabled for I/O). Before the swap the application was stopped, and west had every write.',
        'THE SERVICE IS DOWN since 00:00:00Z (20 s); budget 20 s; it is not known which site can write. Predicted rest: 2.1 s from your decision on.',
        'On the line: what became of the role swap is not clear, and nothing is started anywhere until it is.',
        'HELD at swap-roles since 00:00:01Z: The role at east cannot be read (source-unreadable): east is unreadable (no answer), west is secondary (enabled for I/O). Before the swap the application was stopped, and west had every write. Restore the connection to east, then retry; attest only if east is off for certain and cannot come back by itself. If you do nothing, it stays held.',
        '> changeover retry orders --step swap-roles --reason "…": The roles are read again; nothing is changed. Outage from then on: unknown; loses nothing.',
        '> changeover attest orders east --statement "east is off" --reason "…": You vouch that east cannot write. west takes the role, and orders is started there. Outage from then on: about 2.1 s; loses nothing if the statement is true; what east still acknowledges if it is not.',
        'east: unreadable, writable unknown, fence unknown, workloads stopped: Deployment/orders, fence on at 00:00:00Z, not read again (read 00:00:01Z, 19 s ago)',
        'west: secondary, writable no, fence unknown, workloads Deployment/orders 0/0, CronJob/orders-report 0/0, fence on at 00:00:00Z, not read again (read 00:00:01Z, 19 s ago)',
        '00:00:00Z ns1: orders.example.test. A 127.10.0.80 (east)',
        '00:00:00Z ns2: orders.example.test. A 127.10.0.80 (east)',
      ]);
    }));

  test('whose target never becomes ready', () =>
    told({}, async (story) => {
      const error = new ChangeoverError('NotReady', 'On west not Ready: Deployment/orders 0/1 (pod orders-7d9c: ImagePullBackOff).');
      story.world.fault({ call: 'Workloads.ensureStarted', site: 'west', when: 'before', times: 100_000, error });
      await story.migrate(quick);
      expect(await shown(story)).toEqual([
        'orders: east → west · held · activate-target is held: On west not Ready: Deployment/orders 0/1 (pod orders-7d9c: ImagePullBackOff).',
        'THE SERVICE IS DOWN since 00:00:00Z (4 min 55 s); budget 20 s; west can write. Predicted rest: 2.1 s from your decision on.',
        'After the line: the run is only carried on, never undone.',
        'HELD at activate-target since 00:04:55Z: On west not Ready: Deployment/orders 0/1 (pod orders-7d9c: ImagePullBackOff). Wait, or see the pods and events named in the message. If you do nothing, it stays held.',
        '> changeover retry orders --step activate-target --reason "…": The step is tried again. It may take 5 min 0 s; for another time add --deadline SECONDS. Outage from then on: about 2.1 s if it succeeds; loses nothing.',
        '> changeover turn-back orders --step activate-target --reason "…": orders is stopped on west and started on east again. Outage from then on: about 3.4 s; loses nothing.',
        'east: secondary, writable no, fence unknown, workloads stopped: Deployment/orders, fence on at 00:00:00Z, not read again (read 00:00:00Z, 4 min 55 s ago)',
        'west: primary, writable yes, fence unknown, workloads Deployment/orders 0/0, CronJob/orders-report 0/0, fence on at 00:00:00Z, not read again (read 00:00:00Z, 4 min 55 s ago)',
        '00:00:00Z ns1: orders.example.test. A 127.10.0.80 (east)',
        '00:00:00Z ns2: orders.example.test. A 127.10.0.80 (east)',
      ]);
    }));

  test('whose undo failed', () =>
    told({}, async (story) => {
      story.when('Replication.awaitDrained', () => story.world.partition('west'));
      await story.migrate(quick);
      expect(await shown(story)).toEqual([
        'orders: east → west · held · offline-source is held: The role at west cannot be read (no answer): it may be Primary, so the source is not started.',
        'THE SERVICE IS DOWN since 00:00:00Z (38 s); budget 20 s; it is not known which site can write. Predicted rest: 2.9 s from your decision on.',
        'Before the line: the run is being undone.',
        'HELD at offline-source since 00:00:38Z: The role at west cannot be read (no answer): it may be Primary, so the source is not started. Restore the connection to west, then retry; attest only if west is off for certain and cannot come back by itself. Also: freeze-controllers waits; stage-target waits; capture-application waits; lower-ttl waits; protect-volumes waits; claim waits. If you do nothing, it stays held.',
        '> changeover retry orders --step offline-source --reason "…": Tried again: west is read again; if it is not Primary, orders is started on east. It may take 5 min 0 s; for another time add --deadline SECONDS. Outage from then on: about 2.0 s if it succeeds; loses nothing.',
        '> changeover attest orders west --statement "west is off" --reason "…": You vouch that west is off and cannot write; orders is started on east without reading west. Outage from then on: about 2.0 s; loses nothing if the statement is true; what west acknowledges if it is not.',
        'west: secondary, writable no, fence on, workloads Deployment/orders 0/0, CronJob/orders-report 0/0 (read 00:00:00Z, 38 s ago)',
        'east: primary, writable no, fence on, workloads stopped: Deployment/orders (read 00:00:00Z, 38 s ago)',
        '00:00:00Z ns1: orders.example.test. A 127.10.0.80 (east)',
        '00:00:00Z ns2: orders.example.test. A 127.10.0.80 (east)',
      ]);
    }));

  test('whose name server refuses', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureStarted', () =>
        story.world.happens('the name server', () => {
          const [server] = story.world.names.servers;
          if (server !== undefined) server.refuses = 'REFUSED';
        }),
      );
      await story.migrate(quick);
      expect(await shown(story)).toEqual([
        'orders: east → west · held · redirect-traffic is held: ns1 refuses updates: REFUSED',
        'THE SERVICE IS DOWN since 00:00:00Z; budget 20 s; west can write. Predicted rest: 0.1 s from your decision on.',
        'After the line: the run is only carried on, never undone.',
        'HELD at redirect-traffic since 00:00:00Z: ns1 refuses updates: REFUSED. Give our ServiceAccount, or the key of the updates, the right that the message names, then retry. If you do nothing, it stays held.',
        '> changeover retry orders --step redirect-traffic --reason "…": The step is tried again. It may take 5 min 0 s; for another time add --deadline SECONDS. Outage from then on: about 0.1 s if it succeeds; loses nothing.',
        '> changeover skip orders --step redirect-traffic --reason "…": Clients keep going to the source until someone changes the records. Outage from then on: unknown; loses nothing.',
        '> changeover turn-back orders --step redirect-traffic --reason "…": orders is stopped on west and started on east again. Outage from then on: about 3.4 s; loses nothing.',
        'east: secondary, writable no, fence unknown, workloads stopped: Deployment/orders, fence on at 00:00:00Z, not read again (read 00:00:00Z)',
        'west: primary, writable yes, fence off, workloads Deployment/orders Ready (read 00:00:00Z)',
        '00:00:00Z ns1: orders.example.test. A 127.10.0.80 (east)',
        '00:00:00Z ns2: orders.example.test. A 127.10.0.80 (east)',
      ]);
    }));
});
