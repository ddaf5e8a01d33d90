import { ChangeoverError } from '../../src/domain/errors.js';
import { told, type Story } from '../harness/story.js';

describe('A planned migration', () => {
  test('moves the application, its data and its names', () =>
    told({}, async (story) => {
      expect(await story.migrate()).toBe('done');
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
      const status = await story.status();
      expect(status.phase).toBe('completed');
      expect(status.steps.map((s) => s.name)).toEqual([
        'preflight', 'claim', 'protect-volumes', 'lower-ttl', 'capture-application', 'copy-snapshot', 'stage-target', 'recheck', 'freeze-controllers', 'refresh-snapshot',
        'offline-source', 'drain-replication', 'confirm-snapshot', 'swap-roles',
        'activate-target', 'redirect-traffic', 'names-everywhere', 'reverse-names', 'verify-service', 'verify-protection', 'thaw-target', 'restore-ttl', 'release-source', 'finish',
      ]);
    }));

  test('stays within 250 history events', () =>
    told({}, async (story) => {
      await story.migrate();
      expect(story.conductor.story.events).toBeLessThanOrEqual(250);
    }));

  test('waits until no obedient cache holds the old TTL before the outage', () =>
    told({}, async (story) => {
      await story.migrate({ options: { waitForTtl: true } });
      const status = await story.status();
      const lowered = status.steps.find((s) => s.name === 'lower-ttl');
      expect(Date.parse(lowered?.endedAt ?? '') - Date.parse(lowered?.startedAt ?? '')).toBeGreaterThanOrEqual(30_000);
    }));

  test('shows in the UI where it stands, with search attributes', () =>
    told({}, async (story) => {
      await story.migrate();
      expect(await story.conductor.details()).toContain('orders: east → west · completed');
      const { names, byHand } = await story.status();
      expect(names.join('\n')).toMatch(/orders\.example\.test\. A /);
      expect(byHand.join('\n')).toMatch(/east, in an InfoScale pod: vradmin -g \S+ -l repstatus orders_rvg/);
      expect(story.conductor.story.attributes).toMatchObject({ ChangeoverSource: 'east', ChangeoverPhase: 'completed', ChangeoverOutcome: 'completed' });
      expect(story.conductor.story.activities.every((a) => a.summary !== null && a.summary !== '')).toBe(true);
    }));
});

describe('What preflight found', () => {
  const prefersEast = (story: Story) => {
    for (const site of ['east', 'west']) Object.assign(story.world.site(site).plans.get('orders')?.object ?? {}, { preferred: ['east'] });
  };

  test('refuses with the name of the check, where and when it was read, and what would mend it', () =>
    told({}, async (story) => {
      prefersEast(story);
      await story.migrate();
      const { refusals, findings } = await story.status();
      expect(refusals).toEqual(['west is not in preferredClusterList (east). Choose a preferred site, or add this one to preferredClusterList.']);
      expect(findings).toMatchObject([{ check: 'target-is-preferred', severity: 'refuse', site: 'east', readAt: expect.stringMatching(/Z$/), overridden: null }]);
    }));

  test('is gone past by name and with a reason where the check allows it, and that stays on the screen', () =>
    told({}, async (story) => {
      prefersEast(story);
      await story.migrate({ overrides: { 'target-is-preferred': 'east burns' } });
      const { phase, findings, steps } = await story.status();
      expect(phase).toBe('completed');
      expect(findings).toMatchObject([{ check: 'target-is-preferred', overridden: { by: 'ann', reason: 'east burns' } }]);
      expect(steps.find(({ name }) => name === 'recheck')?.note).toContain('1 overridden');
    }));

  test('cannot be gone past where the check does not allow it', () =>
    told({}, async (story) => {
      await story.migrate({ overrides: { 'unit-is-adopted': 'I am sure' } });
      const { phase, refusals } = await story.status();
      expect([phase, refusals]).toEqual(['refused', [expect.stringMatching(/^unit-is-adopted cannot be overridden/)]]);
      expect(story.faults('east')).toEqual([]);
    }));

  test('of the outage is remembered for the next one', () =>
    told({}, async (story) => {
      await story.migrate();
      const { outage } = await story.status();
      for (const site of ['east', 'west']) {
        expect(story.world.site(site).plans.get('orders')?.object.measured).toMatchObject({ at: outage?.endedAt, steps: { 'offline-source': expect.any(Number), 'activate-target': expect.any(Number) } });
      }
      await story.migrateAgain({ target: 'east' });
      expect((await story.status()).prediction?.parts.map(({ from }) => from)).toEqual(Array.from({ length: 5 }, () => expect.stringMatching(/^as long as on /)));
    }));
});

describe('A planned migration refuses and changes nothing', () => {
  const refusals: readonly (readonly [string, { sites?: readonly string[]; adopted?: boolean; target?: string }, RegExp])[] = [
    ['when source and target are equal', { target: 'east' }, /source and target are equal/],
    ['when the target is no site', { target: 'north' }, /no site north/],
    ['when the unit was never adopted', { adopted: false }, /no ownership record|changeover adopt/],
  ];
  test.each(refusals)('%s', (_, { target, adopted }, reason) =>
    told(adopted === undefined ? {} : { adopted }, async (story) => {
      await story.migrate(target === undefined ? {} : { target });
      expect(story.closed()).toBe('failed: Refused');
      const status = await story.status();
      expect(status.phase).toBe('refused');
      expect(status.refusals.join(' ')).toMatch(reason);
      expect(story.world.calls.filter((c) => /ensure|propose|settle|update|write/.test(c.call))).toEqual([]);
    }));

  test('when a link is broken, with every reason at once', () =>
    told({}, async (story) => {
      story.world.happens('the link breaks', () => {
        story.world.link.connected = false;
      });
      await story.migrate();
      expect(story.closed()).toBe('failed: Refused');
      expect((await story.status()).refusals.join(' ')).toMatch(/replicating \(connected\)/);
      expect(story.faults('east')).toEqual([]);
    }));
});

describe('A planned migration before the line', () => {
  test('is undone by a cancel, and the application serves at the source', () =>
    told({}, async (story) => {
      story.when('Objects.ensureStaged', () => story.conductor.cancelSoon());
      await story.migrate();
      expect(story.closed()).toBe('cancelled');
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('is undone by a person\'s cancel inside the outage', () =>
    told({}, async (story) => {
      story.world.link.lags = true;
      story.when('Replication.awaitDrained', () => story.decideSoon('cancel'));
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('undoes itself when the outage budget is used up', () =>
    told({}, async (story) => {
      story.world.link.lags = true;
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      expect(story.closed()).toBe('failed: DeadlinePassed');
      expect(story.faults('east')).toEqual([]);
    }));

  test('undoes itself when the role swap fails and the roles are unchanged', () =>
    told({}, async (story) => {
      story.world.roles.next.push('rolls-back', 'rolls-back', 'rolls-back');
      await story.migrate();
      expect(story.closed()).toBe('failed: SwapFailed');
      expect(story.faults('east')).toEqual([]);
    }));

  test('asks for approval, and a rejection undoes everything', () =>
    told({}, async (story) => {
      expect(await story.migrate({ options: { approval: { approvers: ['bob'], expiresAfterMs: 3_600_000 } } })).toBe('blocked');
      expect((await story.status()).waiting?.choices.map((c) => c.choice)).toEqual(['approve', 'reject', 'cancel']);
      await story.decide('reject', { by: 'bob', reason: 'not tonight' });
      await story.goOn();
      expect(story.closed()).toBe('failed: Rejected');
      expect(story.faults('east')).toEqual([]);
    }));

  test('goes on when a named person approves, and not when another one does', () =>
    told({}, async (story) => {
      await story.migrate({ options: { approval: { approvers: ['bob'], expiresAfterMs: 3_600_000 } } });
      expect((await story.decide('approve', { by: 'mallory' })).kind).toBe('rejected');
      expect((await story.decide('approve', { by: 'bob' })).kind).toBe('completed');
      await story.goOn();
      expect(story.faults('west')).toEqual([]);
    }));

  test('pauses between two steps and resumes', () =>
    told({}, async (story) => {
      story.when('Objects.capture', () => story.decideSoon('pause'));
      expect(await story.migrate()).toBe('blocked');
      expect((await story.status()).phase).toBe('paused');
      await story.decide('resume');
      await story.goOn();
      expect(story.faults('west')).toEqual([]);
    }));
});

describe('A planned migration whose objects change', () => {
  test.each(['Workloads.ensureFrozen', 'Replication.awaitClosed'])('during %s takes the change along and keeps the fence on', (call) =>
    told({}, async (story) => {
      story.when(call, () => story.editConfigMap('greeting', 'changed in the middle'));
      await story.migrate();
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
      expect(story.configMapAt('west')).toMatchObject({ greeting: 'changed in the middle' });
    }));
});

describe('A planned migration that stages again', () => {
  test('takes the turn of stage-target, whose undo then stops a late one', () =>
    told({}, async (story) => {
      const turns: string[][] = [];
      story.when('Replication.awaitClosed', () => story.editConfigMap('greeting', 'changed in the middle'));
      story.world.on('Objects.ensureStaged', () => void turns.push(Object.keys(story.world.site('west').ownership.get('orders')?.turns ?? {})));
      await story.migrate();
      expect(turns).toHaveLength(2);
      expect(turns[1]).toContain('stage-target');
      expect(turns[1]).not.toContain('confirm-snapshot');
    }));
});

describe('A planned migration on the line', () => {
  test('completes when the command exits non-zero though the swap is done', () =>
    told({}, async (story) => {
      story.world.roles.next.push('done-but-nonzero');
      await story.migrate();
      expect(story.faults('west')).toEqual([]);
    }));

  test('completes when no exit is received though the swap is done, after two quiet readings', () =>
    told({}, async (story) => {
      story.world.roles.next.push('done-without-exit');
      await story.migrate();
      expect(story.faults('west')).toEqual([]);
      expect(story.conductor.story.timers.some((t) => t.summary?.includes('between two readings') === true)).toBe(true);
    }));

  test('is held when both sites are primary, and never offers an empty list', () =>
    told({}, async (story) => {
      story.world.roles.next.push('both');
      expect(await story.migrate()).toBe('blocked');
      const status = await story.status();
      expect(status.held?.step).toBe('swap-roles');
      expect(status.held?.choices.length).toBeGreaterThan(0);
      expect(status.line).toBe('crossing');
    }));

  test.each(['by itself', 'after a retry'])('is held while a command that outlived its client may still act, and goes on %s when it has ended', (how) =>
    told({}, async (story) => {
      story.world.roles.next.push('outlives-its-client');
      expect(await story.migrate()).toBe('blocked');
      expect(await story.status()).toMatchObject({ phase: 'held', line: 'crossing', held: { step: 'swap-roles', code: 'OutcomeUnknown', choices: [{ choice: 'retry' }] } });
      expect(story.world.writers()).toEqual([]);
      story.world.roles.finishCommands('done');
      if (how === 'by itself') await story.conductor.advance(16 * 60_000);
      else await story.decide('retry', { step: 'swap-roles' });
      await story.goOn();
      expect((await story.status()).phase).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('goes forward when the source is lost after the swap and a person attests that it is off', () =>
    told({}, async (story) => {
      story.world.on('Replication.migrate', () => story.world.powerOff('east'), 'after');
      expect(await story.migrate()).toBe('blocked');
      expect((await story.status()).held?.choices.map((c) => c.choice)).toContain('attest-source-off');
      expect((await story.decide('attest-source-off', { statement: 'yes' })).kind).toBe('rejected');
      expect((await story.decide('attest-source-off', { statement: 'east is off' })).kind).toBe('completed');
      for (let i = 0; i < 6 && (await story.goOn()) === 'blocked'; i += 1) {
        const { held } = await story.status();
        await story.decide(held?.choices.some((c) => c.choice === 'skip') === true ? 'skip' : 'retry', { step: held?.step ?? null });
      }
      expect((await story.status()).phase).toBe('completed-with-debts');
      expect(story.world.law()).toEqual([]);
      expect(story.world.writers()).toEqual(['west']);
    }));
});

describe('A planned migration after the line', () => {
  test('holds a step that fails, and a retry carries it on', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Objects.assertVolumesBound', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') });
      expect(await story.migrate()).toBe('blocked');
      const status = await story.status();
      expect(status).toMatchObject({ phase: 'held', line: 'after', held: { step: 'activate-target', code: 'ObjectChanged' } });
      expect((await story.decide('skip', { step: 'activate-target' })).kind).toBe('rejected');
      await story.decide('retry', { step: 'activate-target' });
      await story.goOn();
      expect(story.faults('west')).toEqual([]);
    }));

  test('stages again what someone deleted at the target inside the outage, and serves with all of it', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureStopped', () => {
        for (const key of ['Deployment/orders', 'ConfigMap/orders-config']) expect(story.world.site('west').objects.delete(key)).toBe(true);
      });
      expect(await story.migrate()).not.toBe('blocked');
      expect(story.world.site('west').objects.get('Deployment/orders')?.['spec']).toMatchObject({ replicas: 1 });
      expect([...story.world.site('west').objects.keys()]).toContain('ConfigMap/orders-config');
      expect(story.faults('west')).toEqual([]);
    }));

  test('starts what was captured when someone edits what stands staged at the target inside the outage, and says so', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureStopped', () => {
        const staged = story.world.site('west').objects.get('ConfigMap/orders-config');
        if (staged === undefined) throw new Error('nothing stands staged');
        staged['data'] = { greeting: 'edited at the target' };
      });
      await story.migrate();
      expect(story.configMapAt('west')).toEqual(story.configMapAt('east'));
      expect((await story.status()).steps.find(({ name }) => name === 'activate-target')?.note).toContain('staged again, since somebody had removed or changed it: ConfigMap/orders-config');
      expect(story.faults('west')).toEqual([]);
    }));

  test('serves with what stands when the snapshot at the target was lost after it was staged', () =>
    told({}, async (story) => {
      story.when('Replication.awaitClosed', () => story.world.site('west').snapshots.clear());
      await story.migrate();
      expect(story.faults('west')).toEqual([]);
    }));

  test('has a snapshot at the target again before the outage when someone deleted it there', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureFrozen', () => story.world.site('west').snapshots.clear());
      await story.migrate();
      expect(story.world.site('west').snapshots.size).toBe(1);
      expect(story.faults('west')).toEqual([]);
    }));

  test('records a cancel and goes on', () =>
    told({}, async (story) => {
      story.when('Traffic.ensureRedirected', () => story.conductor.cancelSoon());
      await story.migrate();
      expect((await story.status()).cancelRequested).toBe(true);
      expect(story.faults('west')).toEqual([]);
    }));

  test('skips what may be skipped, and lists it as a debt', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', error: new ChangeoverError('RecordChanged', 'A PTR is not ours.') });
      await story.migrate();
      await story.decide('skip', { step: 'reverse-names' });
      await story.goOn();
      expect((await story.status()).phase).toBe('completed-with-debts');
      expect((await story.status()).debts.join(' ')).toMatch(/PTR/);
    }));
});

describe('A debt', () => {
  test('is paid when the site answers again: standby, status and a free record', () =>
    told({}, async (story) => {
      story.world.on('Replication.migrate', () => story.world.powerOff('east'), 'after');
      await story.migrate();
      await story.decide('attest-source-off', { statement: 'east is off' });
      for (let i = 0; i < 6 && (await story.goOn()) === 'blocked'; i += 1) {
        const { held } = await story.status();
        await story.decide(held?.choices.some((c) => c.choice === 'skip') === true ? 'skip' : 'retry', { step: held?.step ?? null });
      }
      expect((await story.status()).debts.join(' ')).toContain('It is tried again until it is done (workflow changeover-debts/');
      expect(story.conductor.story.children).toMatchObject([{ type: 'payDebts', args: [{ releaseSource: true, owed: [{ site: 'east' }] }] }]);
      story.world.restore('east');
      await story.payDebts();
      expect(await story.goOn()).toBe('done');
      expect(story.closed()).toBe('completed');
      expect(story.world.site('east').ownership.get('orders')).toMatchObject({ run: null, writer: 'west', phase: 'free' });
      expect(story.faults('west')).toEqual([]);
    }));

  test('is tried for as long as the site does not answer, and says why it is not paid', () =>
    told({}, async (story) => {
      story.when('Plans.settle', () => story.world.partition('east'));
      await story.migrate();
      await story.payDebts();
      await story.conductor.advance(30 * 60_000);
      expect(story.conductor.outcome.kind).toBe('running');
      expect(await story.conductor.details()).toContain('east does not know yet that west is primary');
      expect(story.world.law()).toEqual([]);
      story.world.restore('east');
      expect(await story.goOn()).toBe('done');
      expect(story.faults('west')).toEqual([]);
    }));
});

describe('Decisions', () => {
  test('are idempotent by their id and rejected when empty or over', () =>
    told({}, async (story) => {
      story.world.roles.next.push('both');
      await story.migrate();
      expect((await story.decide('retry', { reason: ' ' })).kind).toBe('rejected');
      expect((await story.decide('approve')).kind).toBe('rejected');
      expect((await story.decide('ack', { id: 'same' })).kind).toBe('completed');
      await story.decide('ack', { id: 'same' });
      const status = await story.status();
      expect(status.decisions.filter((d) => d.kind === 'ack')).toHaveLength(1);
      expect(status.acknowledgedBy).toBe('ann');
    }));
});
