import { ChangeoverError } from '../../src/domain/errors.js';
import { told } from '../harness/story.js';

describe('Crossing', () => {
  test('undoes itself when the swap rolled back and the target does not drain again within the budget', () =>
    told({}, async (story) => {
      story.world.roles.next.push('rolls-back');
      story.world.on('Replication.migrate', () => {
        story.world.link.connected = false;
      }, 'after');
      await story.migrate({ options: { outageBudgetMs: 30_000 } });
      expect(story.closed()).toBe('failed: DeadlinePassed');
      expect(story.world.law()).toEqual([]);
      expect(story.world.writers()).toEqual(['east']);
    }));

  test('holds when the source is lost before the record can say that the swap is over, and a retry undoes', () =>
    told({}, async (story) => {
      story.world.roles.next.push('rolls-back', 'rolls-back', 'rolls-back');
      let lost = false;
      story.world.on('Replication.migrate', () => {
        if (lost) return;
        lost = true;
        story.world.fault({ call: 'Ownership.update', site: 'east', when: 'before', times: 1, error: new ChangeoverError('Forbidden', 'not allowed') });
      }, 'after');
      expect(await story.migrate()).toBe('blocked');
      expect((await story.status()).held).toMatchObject({ step: 'swap-roles' });
      await story.decide('retry');
      await story.goOn();
      expect(story.closed()).toBe('failed: SwapFailed');
      expect(story.faults('east')).toEqual([]);
    }));

  test('is held, not hung, when nobody polls the source\'s queue any more', () =>
    told({}, async (story) => {
      story.world.on('Replication.migrate', () => {
        story.conductor.unpoll('site-east');
        story.conductor.killWorker('site-east');
      }, 'after');
      expect(await story.migrate()).toBe('blocked');
      expect((await story.status()).held).toMatchObject({ step: 'swap-roles' });
      story.conductor.poll('site-east');
      await story.decide('retry');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('knows that a swap nobody took was never commanded', () =>
    told({}, async (story) => {
      // The last call of the proofs: from here on nobody takes what is scheduled.
      story.world.on('Replication.awaitDrained', () => story.conductor.unpoll('site-east'), 'after');
      expect(await story.migrate()).toBe('blocked');
      expect(story.world.calls.filter((c) => c.call === 'Replication.migrate')).toEqual([]);
      expect(story.conductor.story.timers.filter((t) => t.summary.includes('between two readings'))).toEqual([]);
      story.conductor.poll('site-east');
      await story.decide('retry');
      await story.goOn();
      expect(story.world.law()).toEqual([]);
      expect(['completed', 'failed: SwapFailed', 'failed: DeadlinePassed']).toContain(story.closed());
    }));

  test('reads twice after an unreadable time before it believes that nothing changed', () =>
    told({}, async (story) => {
      story.world.roles.next.push('undone-without-exit', 'rolls-back', 'rolls-back');
      story.world.on('Replication.migrate', () => story.world.partition('west'), 'after');
      expect(await story.migrate()).toBe('blocked');
      story.world.restore('west');
      const timers = story.conductor.story.timers.length;
      await story.decide('retry');
      await story.goOn();
      expect(story.conductor.story.timers.slice(timers).some((t) => t.summary.includes('between two readings'))).toBe(true);
      expect(story.world.law()).toEqual([]);
    }));

  test('does not go by an old reading when a person attests', () =>
    told({}, async (story) => {
      story.world.on('Replication.migrate', () => story.world.partition('east'), 'after');
      expect(await story.migrate()).toBe('blocked');
      // Hours later the source is back, and someone has made it Primary again.
      story.world.restore('east');
      story.world.happens('a failback by hand', () => {
        for (const [site, role] of [['west', 'secondary'], ['east', 'primary']] as const) for (const group of story.world.site(site).groups.values()) group.role = role;
      });
      await story.decide('attest-source-off', { statement: 'east is off' });
      await story.goOn();
      expect(story.world.law()).toEqual([]);
      expect(story.world.site('west').ownership.get('orders')?.writer).not.toBe('west');
    }));

  test('activates what the source last was, though an edit was taken back between two tries', () =>
    told({}, async (story) => {
      story.world.roles.next.push('rolls-back');
      story.when('Replication.awaitClosed', () => story.editConfigMap('greeting', 'for a moment'));
      story.when('Replication.migrate', () => story.editConfigMap('greeting', 'hello'));
      await story.migrate();
      expect(story.closed()).toBe('completed');
      expect(story.configMapAt('west')).toMatchObject({ greeting: 'hello' });
    }));
});

describe('An application without replicated volumes', () => {
  test('crosses without a role to swap', () =>
    told({ application: { claims: [] } }, async (story) => {
      await story.migrate();
      expect(story.closed()).toBe('completed');
      expect(story.world.writers()).toEqual(['west']);
      expect(story.world.law()).toEqual([]);
    }));
});

describe('A recheck', () => {
  test('refuses a plan that is no longer what would be made now', () =>
    told({}, async (story) => {
      story.when('Objects.ensureStaged', () => {
        const dns = story.world.site('west').dnsObjects.get('orders-dns');
        if (dns !== undefined) Object.assign(dns, { records: { orders: '127.20.0.99' } });
      });
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect((await story.status()).refusals.join(' ')).toMatch(/names/);
      expect(story.faults('east')).toEqual([]);
    }));
});
