import type { RecordType } from '../../src/domain/observation.js';
import type { NamesPlan } from '../../src/domain/plan.js';
import type { Traffic } from '../../src/ports/traffic.js';
import type { Work } from '../../src/ports/work.js';
import { expectCode, refusedWork } from './expect-code.js';

export interface TrafficWorld {
  readonly traffic: Traffic;
  /** A plan with forward and reverse zones whose `before` values stand on every server. */
  readonly plan: NamesPlan;
  work(): Work;
  /** Someone else gives a record another value. */
  tamper(record: { zone: string; name: string; type: RecordType }, value: string): Promise<void>;
  close?(): Promise<void>;
}

/** Names change by compare-and-swap, all records of a zone together or none. */
export function trafficContract(name: string, makeWorld: () => Promise<TrafficWorld>): void {
  describe(`traffic on ${name}`, () => {
    let world: TrafficWorld;
    const zones = (reverse: boolean) => world.plan.zones.filter((z) => z.reverse === reverse);
    const questions = () => world.plan.zones.flatMap((z) => z.records.map((r) => ({ zone: z.zone, name: r.name, type: r.type })));
    const redirect = (towards: 'after' | 'before', work = world.work()) => world.traffic.ensureRedirected(world.plan, towards, { ttlSeconds: 1, work });
    /** What the update master answers, for the records of forward or reverse zones. */
    const answers = async (reverse: boolean) => {
      const { servers } = await world.traffic.observe(questions(), []);
      return zones(reverse).flatMap((z) => z.records.map((r) => servers.find((s) => s.zone === z.zone && s.updatable)?.answers.find((a) => a.name === r.name && a.type === r.type)));
    };
    const values = async (reverse = false) => (await answers(reverse)).map((a) => a?.values ?? []);
    const planned = (side: 'before' | 'after', reverse = false) => zones(reverse).flatMap((z) => z.records.map((r) => r[side]));

    beforeEach(async () => {
      world = await makeWorld();
    });
    afterEach(async () => world.close?.());

    test('sees the records on every server and that updates would be taken', async () => {
      const observed = await world.traffic.observe(questions(), []);
      expect(observed.unknowns).toEqual([]);
      expect(observed.servers.some((s) => s.updatable)).toBe(true);
      expect(observed.servers.every((s) => s.updateRefused === null)).toBe(true);
      expect(await values()).toEqual(planned('before'));
    });

    test('gives the records the short TTL everywhere, and the original one back', async () => {
      for (const ttl of [1, 'original'] as const) {
        const give = (): Promise<unknown> => (ttl === 'original' ? world.traffic.ensureTtlBack(world.plan, 1, world.work()) : world.traffic.ensureTtl(world.plan, ttl, world.work()));
        for (const _ of [1, 2]) await give();
        const { servers } = await world.traffic.observe(questions(), []);
        const forward = new Set(zones(false).map((z) => z.zone));
        const seen = servers.filter((s) => forward.has(s.zone)).flatMap((s) => s.answers.map((a) => a.ttlSeconds));
        expect(new Set(seen)).toEqual(new Set([ttl === 'original' ? world.plan.originalTtlSeconds : ttl]));
      }
      expect(await values()).toEqual(planned('before'));
    });

    test('leaves a record that someone else changed meanwhile when the TTL goes back, and says so', async () => {
      const zone = zones(false)[0];
      const record = zone?.records.find((r) => r.type === 'A');
      if (zone === undefined || record === undefined) throw new Error('the plan has no A record');
      await world.traffic.ensureTtl(world.plan, 1, world.work());
      await world.tamper({ zone: zone.zone, name: record.name, type: 'A' }, '127.99.0.1');
      const left = await world.traffic.ensureTtlBack(world.plan, 1, world.work());
      expect(left).toEqual([expect.stringMatching(/^\S+ A: the record is 127\.99\.0\.1, set by someone else during the run, and was left; before the run it was /)]);
      expect((await answers(false)).find((a) => a?.name === record.name && a.type === 'A')?.values).toEqual(['127.99.0.1']);
      const others = (await answers(false)).filter((a) => a !== undefined && (a.name !== record.name || a.type !== 'A'));
      expect(new Set(others.map((a) => a?.ttlSeconds))).toEqual(new Set(others.length === 0 ? [] : [world.plan.originalTtlSeconds]));
    });

    test('leaves a TTL that someone else set meanwhile, and says so', async () => {
      await world.traffic.ensureTtl(world.plan, 7, world.work());
      const left = await world.traffic.ensureTtlBack(world.plan, 1, world.work());
      expect(left).toHaveLength(zones(false).flatMap((z) => z.records).length);
      expect(left[0]).toMatch(/: the TTL is 7 s, set by someone else during the run, and was left; before the run it was \d+ s$/);
      expect(new Set((await answers(false)).map((a) => a?.ttlSeconds))).toEqual(new Set([7]));
    });

    test('moves all records of the forward zone, and the update master answers with them', async () => {
      for (const _ of [1, 2]) await redirect('after');
      expect(await values()).toEqual(planned('after'));
      expect(await world.traffic.awaitEverywhere(world.plan, world.work())).not.toHaveLength(0);
    });

    test('moves them back', async () => {
      await redirect('after');
      for (const _ of [1, 2]) await redirect('before');
      expect(await values()).toEqual(planned('before'));
    });

    test('changes no record when one of them has a third value, and names it', async () => {
      const zone = zones(false)[0];
      const record = zone?.records.find((r) => r.type === 'A');
      if (zone === undefined || record === undefined) throw new Error('the plan has no A record');
      await world.tamper({ zone: zone.zone, name: record.name, type: 'A' }, '127.99.0.1');
      const error = await expectCode(redirect('after'), 'RecordChanged');
      expect(error.message).toContain(record.name);
      expect(error.message).toContain('127.99.0.1');
      const others = zone.records.filter((r) => r !== record);
      const found = (await answers(false)).filter((a) => a !== undefined && others.some((r) => r.name === a.name && r.type === a.type));
      expect(found.map((a) => a?.values)).toEqual(others.map((r) => r.before));
    });

    test('moves the pointers with the names, and back', async () => {
      for (const side of ['after', 'before'] as const) {
        for (const _ of [1, 2]) await world.traffic.ensureReverse(world.plan, side, world.work());
        expect(await values(true)).toEqual(planned(side, true));
      }
    });

    test('changes nothing for a run that no longer holds the unit', async () => {
      await expectCode(redirect('after', { ...refusedWork() }), 'OwnershipLost');
      await expectCode(world.traffic.ensureReverse(world.plan, 'after', refusedWork()), 'OwnershipLost');
      expect(await values()).toEqual(planned('before'));
    });

    test('says of each address whether it accepts connections', async () => {
      const { reachable } = await world.traffic.observe(questions(), ['127.99.99.99:1']);
      expect(reachable['127.99.99.99:1']).toEqual(expect.any(String));
    });
  });
}
