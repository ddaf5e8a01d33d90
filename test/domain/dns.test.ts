import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { canonicalAddress, formatIPv6, parseIPv4, parseIPv6 } from '../../src/domain/addresses.js';
import { addressesOf, namesPlanOf, recordsOf, reverseName } from '../../src/domain/dns.js';
import { isWithin } from '../../src/domain/dns-names.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { DnsObject } from '../../src/domain/observation.js';

function aDns(records: Record<string, string>, changes: Partial<DnsObject> = {}): DnsObject {
  return { name: 'orders-dns', domain: 'example.test', records, ttlSeconds: 30, createPtr: false, masters: [], ...changes };
}

function reasonsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ChangeoverError) return error.reasons;
  }
  return [];
}

describe('addresses', () => {
  test.each([
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['1::', '1::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ])('%s is spelled %s', (text, canonical) => {
    expect(canonicalAddress(text)).toEqual({ address: canonical, type: 'AAAA' });
  });

  test.each(['', '1.2.3', '1.2.3.256', '01.2.3.4', '1:2:3', '1:2:3:4:5:6:7:8:9', '1::2::3', ':::', '1:2:3:4:5:6:7::8:9', 'fe80::1%eth0', '1.2.3.4::', 'g::'])('"%s" is no address', (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });

  test('every IPv6 address is read, and comes back the same bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = formatIPv6([...bytes]);
      expect(isIPv6(text)).toBe(true);
      expect(parseIPv6(text)).toEqual([...bytes]);
    }));
    fc.assert(fc.property(fc.ipV6(), (text) => {
      expect(parseIPv6(text)).not.toBeNull();
    }));
    fc.assert(fc.property(fc.ipV4(), (text) => {
      expect(parseIPv4(text)?.join('.')).toBe(text);
    }));
  });

  test('the reverse name of an address', () => {
    expect(reverseName('127.10.0.80')).toBe('80.0.10.127.in-addr.arpa.');
    expect(reverseName('fd00:ea57::80')).toBe('0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.5.a.e.0.0.d.f.ip6.arpa.');
    expect(() => reverseName('orders')).toThrow('not an IP address');
  });
});

describe('recordsOf', () => {
  test.each<[string, string, object[]]>([
    ['orders', '127.10.0.80', [{ name: 'orders.example.test.', type: 'A', values: ['127.10.0.80'] }]],
    ['orders', 'FD00:EA57::0080', [{ name: 'orders.example.test.', type: 'AAAA', values: ['fd00:ea57::80'] }]],
    ['orders', '192.168.2.102  10.87.13.22', [{ name: 'orders.example.test.', type: 'A', values: ['10.87.13.22', '192.168.2.102'] }]],
    ['orders', '10.0.0.1 fd00::1', [{ name: 'orders.example.test.', type: 'A', values: ['10.0.0.1'] }, { name: 'orders.example.test.', type: 'AAAA', values: ['fd00::1'] }]],
    ['shop', 'orders', [{ name: 'shop.example.test.', type: 'CNAME', values: ['orders.example.test.'] }]],
    ['shop', 'Orders.Example.Com.', [{ name: 'shop.example.test.', type: 'CNAME', values: ['orders.example.com.'] }]],
    ['a.b', '10.0.0.1', [{ name: 'a.b.example.test.', type: 'A', values: ['10.0.0.1'] }]],
    ['Orders.example.test.', '10.0.0.1', [{ name: 'orders.example.test.', type: 'A', values: ['10.0.0.1'] }]],
  ])('%s = %s', (key, value, expected) => {
    expect(recordsOf(aDns({ [key]: value }))).toEqual(expected);
  });

  test('in a reverse zone a host name is a PTR', () => {
    const dns = aDns({ '80': 'orders.example.test.' }, { domain: '0.10.127.in-addr.arpa' });
    expect(recordsOf(dns)).toEqual([{ name: '80.0.10.127.in-addr.arpa.', type: 'PTR', values: ['orders.example.test.'] }]);
    expect(reasonsOf(() => recordsOf({ ...dns, records: { '80': 'orders' } }))).toHaveLength(1);
  });

  test('every faulty entry is named, each in a sentence', () => {
    const faults = reasonsOf(() => recordsOf(aDns({
      empty: ' ', bad: '10.0.0.256', mixed: '10.0.0.1 orders', dotted: 'orders.example.com', 'orders.example.test': '10.0.0.1', 'x.example.com.': '10.0.0.1', 'not a name': '10.0.0.1', six: 'fd00::g', fine: '10.0.0.1',
    })));
    expect(faults).toHaveLength(8);
    for (const fault of faults) expect(fault).toMatch(/^DNS orders-dns: /);
    expect(faults.some((fault) => fault.includes('fine'))).toBe(false);
  });

  test('an alias beside an address of the same name is refused', () => {
    expect(reasonsOf(() => recordsOf(aDns({ orders: '10.0.0.1', 'orders.example.test.': 'shop' })))).toEqual(['DNS orders-dns: orders.example.test. is both an alias and something else.']);
  });

  test('a name is within its own zone and above, by whole labels', () => {
    expect(isWithin('a.example.test.', 'example.test.')).toBe(true);
    expect(isWithin('aexample.test.', 'example.test.')).toBe(false);
    expect(isWithin('test.', 'example.test.')).toBe(false);
  });
});

describe('namesPlanOf', () => {
  const reverseZoneOf = (address: string): string | null => (address.startsWith('127.10.') ? '0.10.127.in-addr.arpa.' : address.startsWith('127.20.') ? '0.20.127.in-addr.arpa.' : null);
  const source = aDns({ orders: '127.10.0.80', old: '127.10.0.81', shop: 'orders' }, { createPtr: true });
  const target = aDns({ orders: '127.20.0.80', fresh: '127.20.0.81', shop: '127.20.0.80' }, { createPtr: true, ttlSeconds: 60 });

  test('forward records go from the source\'s values to the target\'s, absent where a side has none', () => {
    const { zones, originalTtlSeconds, addresses } = namesPlanOf(source, target, reverseZoneOf);
    expect(originalTtlSeconds).toBe(30);
    expect(addresses).toEqual([{ address: '127.20.0.80', from: 'DNS orders-dns of the target' }, { address: '127.20.0.81', from: 'DNS orders-dns of the target' }]);
    expect(zones[0]).toEqual({
      zone: 'example.test.', reverse: false,
      records: [
        { name: 'orders.example.test.', type: 'A', before: ['127.10.0.80'], after: ['127.20.0.80'], ttlSeconds: 30 },
        { name: 'old.example.test.', type: 'A', before: ['127.10.0.81'], after: [], ttlSeconds: 30 },
        { name: 'shop.example.test.', type: 'CNAME', before: ['orders.example.test.'], after: [], ttlSeconds: 30 },
        { name: 'fresh.example.test.', type: 'A', before: [], after: ['127.20.0.81'], ttlSeconds: 30 },
        { name: 'shop.example.test.', type: 'A', before: [], after: ['127.20.0.80'], ttlSeconds: 30 },
      ],
    });
  });

  test('PTRs leave the old addresses and come to the new ones, in their own zones', () => {
    const { zones } = namesPlanOf(source, target, reverseZoneOf);
    expect(zones.slice(1)).toEqual([
      { zone: '0.10.127.in-addr.arpa.', reverse: true, records: [
        { name: '80.0.10.127.in-addr.arpa.', type: 'PTR', before: ['orders.example.test.'], after: [], ttlSeconds: 30 },
        { name: '81.0.10.127.in-addr.arpa.', type: 'PTR', before: ['old.example.test.'], after: [], ttlSeconds: 30 },
      ] },
      { zone: '0.20.127.in-addr.arpa.', reverse: true, records: [
        { name: '80.0.20.127.in-addr.arpa.', type: 'PTR', before: [], after: ['orders.example.test.', 'shop.example.test.'], ttlSeconds: 30 },
        { name: '81.0.20.127.in-addr.arpa.', type: 'PTR', before: [], after: ['fresh.example.test.'], ttlSeconds: 30 },
      ] },
    ]);
  });

  test('an address without a reverse zone of ours is planned in its usual zone, and only where PTRs are asked for', () => {
    const elsewhere = aDns({ orders: '10.0.0.1 fd00::1' });
    expect(namesPlanOf(source, { ...elsewhere, createPtr: true }, reverseZoneOf).zones.slice(2).map(({ zone }) => zone)).toEqual(['0.0.10.in-addr.arpa.', '0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.']);
    expect(namesPlanOf(source, elsewhere, reverseZoneOf).zones.flatMap(({ records }) => records).filter(({ after }) => after.length > 0).every(({ type }) => type !== 'PTR')).toBe(true);
  });

  test('addresses are those of A and AAAA records', () => {
    expect(addressesOf(recordsOf(source))).toEqual(['127.10.0.80', '127.10.0.81']);
  });
});
