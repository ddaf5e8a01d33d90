import type { NamesPlan, PlannedRecord } from '../../src/domain/plan.js';
import type { RecordType } from '../../src/domain/observation.js';
import { createTraffic, type TsigKey } from '../../src/drivers/dns/index.js';
import { converse } from '../../src/drivers/dns/exchange.js';
import { workOf } from '../contracts/plan-of.js';
import { trafficContract, type TrafficWorld } from '../contracts/traffic.contract.js';
import { primary, secondary, startNameServers } from './name-servers.js';

const zone = { forward: 'example.test.', oldReverse: '0.10.127.in-addr.arpa.', newReverse: '0.20.127.in-addr.arpa.' };

function record(name: string, type: RecordType, values: { before: readonly string[]; after: readonly string[] }): PlannedRecord {
  return { name, type, ttlSeconds: 300, ...values };
}

const plan: NamesPlan = {
  dns: 'orders-dns', originalTtlSeconds: 300, addresses: [],
  zones: [
    { zone: zone.forward, reverse: false, records: [
      record('orders.example.test.', 'A', { before: ['127.10.0.80'], after: ['127.20.0.80'] }),
      record('orders.example.test.', 'AAAA', { before: ['fd00:ea57::80'], after: ['fd00:3e57::80'] }),
      record('shop.example.test.', 'CNAME', { before: ['orders.example.test.'], after: ['orders-west.example.test.'] }),
    ] },
    { zone: zone.oldReverse, reverse: true, records: [record('80.0.10.127.in-addr.arpa.', 'PTR', { before: ['orders.example.test.'], after: [] })] },
    { zone: zone.newReverse, reverse: true, records: [record('80.0.20.127.in-addr.arpa.', 'PTR', { before: [], after: ['orders.example.test.'] })] },
  ],
};

/** Another holder of the key, who asks nobody. */
async function overwrite(key: TsigKey, where: { zone: string; name: string; type: RecordType }, value: string): Promise<void> {
  const { name, type } = where;
  const updates = [
    { name, type, class: 'ANY' as const, ttlSeconds: 0, value: null },
    { name, type, class: 'IN' as const, ttlSeconds: 300, value },
  ];
  await converse(primary, { timeoutMs: 2_000 }, (conversation) => conversation.ask({ opcode: 'update', question: { name: where.zone, type: 'SOA' }, updates }, key));
}

async function makeWorld(): Promise<TrafficWorld> {
  const servers = await startNameServers([
    { name: 'example.test', updatable: 'A AAAA CNAME', records: ['ns1 IN A 127.0.0.1', 'orders IN A 127.10.0.80', 'orders IN AAAA fd00:ea57::80', 'shop IN CNAME orders'] },
    { name: '0.10.127.in-addr.arpa', updatable: 'PTR', records: ['80 IN PTR orders.example.test.'] },
    { name: '0.20.127.in-addr.arpa', updatable: 'PTR', records: [] },
  ]);
  const { key } = servers;
  const traffic = createTraffic({ timeoutMs: 2_000, zones: Object.values(zone).map((name) => ({ zone: name, reverse: name !== zone.forward, primary, secondaries: [secondary], key })) });
  const work = () => workOf({ signal: AbortSignal.timeout(10_000) });
  // The secondary serves a zone only after its first transfer; reverse zones are waited for as if they were forward ones.
  await traffic.awaitEverywhere({ ...plan, zones: plan.zones.map((one) => ({ ...one, reverse: false, records: one.records.map((r) => ({ ...r, after: r.before })) })) }, work());
  return { traffic, plan, work, tamper: (where, value) => overwrite(key, where, value), close: () => servers.stop() };
}

trafficContract('BIND', makeWorld);
