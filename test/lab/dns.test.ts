import { createServer, type Server } from 'node:net';
import type { NamesPlan, PlannedRecord } from '../../src/domain/plan.js';
import { createTraffic, type TsigKey } from '../../src/drivers/dns/index.js';
import { converse } from '../../src/drivers/dns/exchange.js';
import { askRecord } from '../../src/drivers/dns/query.js';
import type { RecordType } from '../../src/domain/observation.js';
import type { Traffic } from '../../src/ports/traffic.js';
import type { Work } from '../../src/ports/work.js';
import { bindIsInstalled, primary, secondary, startNameServers, type NameServers } from './name-servers.js';

const forward = 'example.test.';
const oldReverse = '0.10.127.in-addr.arpa.';
const newReverse = '0.20.127.in-addr.arpa.';
let servers: NameServers;

beforeAll(async () => {
  if (!bindIsInstalled) throw new Error('This test needs BIND: apt-get install bind9');
  servers = await startNameServers([
    { name: 'example.test', updatable: 'A AAAA CNAME', records: ['ns1 IN A 127.0.0.1', 'orders IN A 127.10.0.80', 'orders IN A 127.10.0.81', 'orders IN AAAA fd00:ea57::80', 'shop IN CNAME orders', 'api IN A 127.10.0.80', 'text IN TXT "a"', 'busy IN A 127.10.0.80', 'busy IN TXT "a"', 'slow IN A 127.10.0.80'] },
    { name: '0.10.127.in-addr.arpa', updatable: 'PTR', records: ['80 IN PTR orders.example.test.'] },
    { name: '0.20.127.in-addr.arpa', updatable: 'PTR', records: [] },
  ]);
  // The secondary serves only after its first transfer.
  const first = (zone: string, known: PlannedRecord): NamesPlan => ({ ...aPlan([]), zones: [{ zone, reverse: false, records: [known] }] });
  await aTraffic().awaitEverywhere(first(forward, record('slow.example.test.', 'A', { before: [], after: ['127.10.0.80'] })), aWork(10_000));
  await aTraffic().awaitEverywhere(first(oldReverse, record('80.0.10.127.in-addr.arpa.', 'PTR', { before: [], after: ['orders.example.test.'] })), aWork(10_000));
}, 30_000);

afterAll(async () => servers?.stop());

function aTraffic(key: TsigKey = servers.key): Traffic {
  const zones = [forward, oldReverse, newReverse].map((zone) => ({ zone, reverse: zone !== forward, primary, secondaries: [secondary], key }));
  return createTraffic({ zones, timeoutMs: 2_000 });
}

function record(name: string, type: RecordType, values: { before: readonly string[]; after: readonly string[] }): PlannedRecord {
  return { name, type, ttlSeconds: 300, ...values };
}

function aPlan(records: readonly PlannedRecord[], reverse: NamesPlan['zones'] = []): NamesPlan {
  return { dns: 'orders-dns', originalTtlSeconds: 300, addresses: [], zones: [{ zone: forward, reverse: false, records }, ...reverse] };
}

function aWork(endsAfterMs = 5_000, guard: () => Promise<void> = async () => undefined): Work {
  return { guard, report: () => undefined, signal: AbortSignal.timeout(endsAfterMs) };
}

async function answers(name: string, type: RecordType, server = primary): Promise<{ values: readonly string[]; ttlSeconds: number } | null> {
  const found = await converse(server, { timeoutMs: 2_000 }, (conversation) => askRecord(conversation, server, { name, type }));
  return found === null ? null : { values: found.values, ttlSeconds: found.ttlSeconds };
}

async function serial(): Promise<string | null | undefined> {
  return converse(primary, { timeoutMs: 2_000 }, async (conversation) => (await conversation.ask({ opcode: 'query', question: { name: forward, type: 'SOA' } })).answers[0]?.value);
}

const orders = [
  record('orders.example.test.', 'A', { before: ['127.10.0.80', '127.10.0.81'], after: ['127.20.0.80'] }),
  record('orders.example.test.', 'AAAA', { before: ['fd00:ea57::80'], after: ['fd00:3e57::80'] }),
  record('shop.example.test.', 'CNAME', { before: ['orders.example.test.'], after: [] }),
  record('shop.example.test.', 'A', { before: [], after: ['127.20.0.80'] }),
  record('api.example.test.', 'A', { before: ['127.10.0.80'], after: [] }),
  record('api.example.test.', 'CNAME', { before: [], after: ['orders.example.test.'] }),
];

describe('observe', () => {
  let listener: Server;
  beforeAll(async () => {
    listener = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void listener.close());

  test('every server is asked, the no-op update is accepted and changes nothing', async () => {
    const address = listener.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const before = await serial();
    const seen = await aTraffic().observe(orders.map(({ name, type }) => ({ zone: forward, name, type })), [`127.0.0.1:${port}`, '127.0.0.1:1']);
    expect(seen.unknowns).toEqual([]);
    expect(seen.servers.map(({ server, updatable, updateRefused }) => ({ server, updatable, updateRefused }))).toEqual([
      { server: '127.0.0.1:5355', updatable: true, updateRefused: null },
      { server: '127.0.0.1:5356', updatable: false, updateRefused: null },
    ]);
    for (const { answers: found } of seen.servers) {
      expect(found).toEqual([
        { name: 'orders.example.test.', type: 'A', ttlSeconds: 300, values: ['127.10.0.80', '127.10.0.81'] },
        { name: 'orders.example.test.', type: 'AAAA', ttlSeconds: 300, values: ['fd00:ea57::80'] },
        { name: 'shop.example.test.', type: 'CNAME', ttlSeconds: 300, values: ['orders.example.test.'] },
        { name: 'api.example.test.', type: 'A', ttlSeconds: 300, values: ['127.10.0.80'] },
      ]);
    }
    expect(seen.reachable).toEqual({ [`127.0.0.1:${port}`]: null, '127.0.0.1:1': 'ECONNREFUSED' });
    expect(await serial()).toBe(before);
    expect(before).toMatch(/^\d+$/);
  });

  test('a type the key may not change, a wrong secret and an unknown key are refusals with their reason', async () => {
    const ask = async (traffic: Traffic, type: RecordType): Promise<string | null | undefined> =>
      (await traffic.observe([{ zone: forward, name: 'text.example.test.', type }], [])).servers[0]?.updateRefused;
    expect(await ask(aTraffic(), 'TXT')).toContain('REFUSED');
    const other = Buffer.alloc(32, 7).toString('base64');
    expect(await ask(aTraffic({ ...servers.key, secret: other }), 'A')).toContain('BADSIG');
    expect(await ask(aTraffic({ ...servers.key, name: 'nobody.' }), 'A')).toContain('BADKEY');
    expect(await ask(aTraffic({ ...servers.key, secret: other }), 'A')).not.toContain(other);
  });

  test('a server that is not there and a zone without a server are unknown', async () => {
    const traffic = createTraffic({ timeoutMs: 500, zones: [{ zone: forward, reverse: false, primary, secondaries: [{ host: '127.0.0.1', port: 1 }], key: servers.key }] });
    const seen = await traffic.observe([{ zone: forward, name: 'orders.example.test.', type: 'A' }, { zone: 'example.org.', name: 'a.example.org.', type: 'A' }], []);
    expect(seen.servers).toHaveLength(1);
    expect(seen.unknowns).toEqual(expect.arrayContaining([expect.stringContaining('example.org.'), expect.stringContaining('127.0.0.1:1')]));
  });
});

test('a TTL is lowered and raised again without a change of value, and every server shows it', async () => {
  const plan = aPlan([record('slow.example.test.', 'A', { before: ['127.10.0.80'], after: ['127.20.0.80'] })]);
  await aTraffic().ensureTtl(plan, 1, aWork());
  for (const server of [primary, secondary]) expect(await answers('slow.example.test.', 'A', server)).toEqual({ values: ['127.10.0.80'], ttlSeconds: 1 });
  await aTraffic().ensureTtl(plan, 1, aWork(5_000, async () => { throw new Error('nothing is to be changed'); }));
  expect(await aTraffic().ensureTtlBack(plan, 1, aWork())).toEqual([]);
  expect(await answers('slow.example.test.', 'A', secondary)).toEqual({ values: ['127.10.0.80'], ttlSeconds: 300 });
});

test('names go over at once, alias and address change places, again changes nothing, and the way back is the same', async () => {
  const traffic = aTraffic();
  const plan = aPlan(orders);
  await traffic.ensureRedirected(plan, 'after', { ttlSeconds: 1, work: aWork() });
  expect(await answers('orders.example.test.', 'A')).toEqual({ values: ['127.20.0.80'], ttlSeconds: 1 });
  expect(await answers('shop.example.test.', 'A')).toEqual({ values: ['127.20.0.80'], ttlSeconds: 1 });
  expect(await answers('api.example.test.', 'CNAME')).toEqual({ values: ['orders.example.test.'], ttlSeconds: 1 });
  await traffic.ensureRedirected(plan, 'after', { ttlSeconds: 1, work: aWork() });
  const lines = await traffic.awaitEverywhere(plan, aWork());
  expect(lines).toHaveLength(12);
  expect(lines).toContain('127.0.0.1:5356: orders.example.test. AAAA fd00:3e57::80');
  await traffic.ensureRedirected(plan, 'before', { ttlSeconds: 1, work: aWork() });
  expect(await answers('orders.example.test.', 'A')).toEqual({ values: ['127.10.0.80', '127.10.0.81'], ttlSeconds: 1 });
  expect(await answers('shop.example.test.', 'CNAME')).toEqual({ values: ['orders.example.test.'], ttlSeconds: 1 });
});

test('a third value stops everything, and the message names the record and both values', async () => {
  const plan = aPlan([
    record('slow.example.test.', 'A', { before: ['127.10.0.80'], after: ['127.20.0.80'] }),
    record('orders.example.test.', 'A', { before: ['127.10.0.99'], after: ['127.20.0.80'] }),
  ]);
  const redirect = aTraffic().ensureRedirected(plan, 'after', { ttlSeconds: 1, work: aWork() });
  await expect(redirect).rejects.toMatchObject({ code: 'RecordChanged', message: expect.stringMatching(/orders\.example\.test\. A is 127\.10\.0\.80 127\.10\.0\.81 .*127\.10\.0\.99 before/) });
  await expect(aTraffic().ensureTtl(plan, 1, aWork())).rejects.toMatchObject({ code: 'RecordChanged' });
  expect(await answers('slow.example.test.', 'A')).toMatchObject({ values: ['127.10.0.80'] });
});

test('part of a change that is there already is completed', async () => {
  const slow = record('slow.example.test.', 'A', { before: ['127.10.0.80'], after: ['127.20.0.80'] });
  await aTraffic().ensureRedirected(aPlan([slow]), 'after', { ttlSeconds: 1, work: aWork() });
  const both = aPlan([slow, ...orders]);
  await aTraffic().ensureRedirected(both, 'after', { ttlSeconds: 1, work: aWork() });
  expect(await answers('orders.example.test.', 'A')).toMatchObject({ values: ['127.20.0.80'] });
  await aTraffic().ensureRedirected(both, 'before', { ttlSeconds: 1, work: aWork() });
  expect(await answers('slow.example.test.', 'A')).toMatchObject({ values: ['127.10.0.80'] });
});

test('an alias that a server leaves out because the name has other records is noticed', async () => {
  const plan = aPlan([record('busy.example.test.', 'A', { before: ['127.10.0.80'], after: [] }), record('busy.example.test.', 'CNAME', { before: [], after: ['orders.example.test.'] })]);
  await expect(aTraffic().ensureRedirected(plan, 'after', { ttlSeconds: 1, work: aWork() })).rejects.toMatchObject({ code: 'RecordChanged' });
});

test('a run that lost the unit changes nothing', async () => {
  const plan = aPlan([record('slow.example.test.', 'A', { before: ['127.10.0.80'], after: ['127.20.0.80'] })]);
  const lost = aWork(5_000, async () => { throw new Error('lost'); });
  await expect(aTraffic().ensureRedirected(plan, 'after', { ttlSeconds: 1, work: lost })).rejects.toThrow('lost');
  expect(await answers('slow.example.test.', 'A')).toMatchObject({ values: ['127.10.0.80'] });
});

test('PTRs move between reverse zones and back', async () => {
  const plan = aPlan([], [
    { zone: oldReverse, reverse: true, records: [record('80.0.10.127.in-addr.arpa.', 'PTR', { before: ['orders.example.test.'], after: [] })] },
    { zone: newReverse, reverse: true, records: [record('80.0.20.127.in-addr.arpa.', 'PTR', { before: [], after: ['orders.example.test.'] })] },
  ]);
  expect(await aTraffic().ensureReverse(plan, 'after', aWork())).toEqual(['127.0.0.1:5355: 80.0.10.127.in-addr.arpa. PTR absent', '127.0.0.1:5355: 80.0.20.127.in-addr.arpa. PTR orders.example.test.']);
  expect(await answers('80.0.10.127.in-addr.arpa.', 'PTR')).toBeNull();
  await aTraffic().ensureReverse(plan, 'before', aWork());
  expect(await answers('80.0.20.127.in-addr.arpa.', 'PTR')).toBeNull();
  expect(aTraffic().reverseZoneOf('127.20.0.80')).toBe(newReverse);
  expect(aTraffic().reverseZoneOf('127.30.0.80')).toBeNull();
});

test('a name outside its zone is refused before anything is sent', async () => {
  const plan = aPlan([record('orders.example.org.', 'A', { before: [], after: ['127.20.0.80'] })]);
  await expect(aTraffic().ensureRedirected(plan, 'after', { ttlSeconds: 1, work: aWork() })).rejects.toMatchObject({ code: 'Invalid' });
});

test('a server that never comes to answer is named when waiting ends', async () => {
  const plan = aPlan([record('slow.example.test.', 'A', { before: ['127.10.0.80'], after: ['127.20.0.80'] })]);
  await expect(aTraffic().awaitEverywhere(plan, aWork(300))).rejects.toMatchObject({ code: 'NotEverywhere', message: expect.stringMatching(/127\.0\.0\.1:535[56] answers slow\.example\.test\. A with 127\.10\.0\.80, not 127\.20\.0\.80/) });
});
