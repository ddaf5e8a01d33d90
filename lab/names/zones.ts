import { nameServers, sites } from '../settings.js';

/** One zone of the lab with the records it starts with. */
export interface Zone {
  /** Without a final dot. */
  readonly name: string;
  /** Lines of a master file (RFC 1035 §5), relative to the zone. */
  readonly records: readonly string[];
  /** The types the product's key may change (BIND's update-policy). */
  readonly updatable: string;
}

/** The zones: the forward one, and a reverse one per site and address family. */
export function labZones(): readonly Zone[] {
  const { east, west } = sites;
  const forward: Zone = {
    name: 'example.test',
    updatable: 'A AAAA CNAME TXT',
    records: [
      `orders IN A ${east.address4}`,
      `orders IN AAAA ${east.address6}`,
      'shop IN CNAME orders.example.test.',
      `ns1 IN A ${nameServers.primary.address}`,
      `ns2 IN A ${nameServers.secondary.address}`,
    ],
  };
  const reverse = [east, west].flatMap((site): Zone[] => [site.address4, site.address6].map((address) => {
    const { zone, owner } = reverseName(address);
    // Only the site that serves at the start has a name; the other's zone stands empty and ready.
    return { name: zone, updatable: 'PTR TXT', records: site === east ? [`${owner} IN PTR orders.example.test.`] : [] };
  }));
  return [forward, ...reverse];
}

/**
 * Where an address's PTR stands: its /24 (in-addr.arpa, RFC 1035 §3.5) or /64 (ip6.arpa, RFC 3596 §2.5) zone,
 * and the owner name within it.
 */
export function reverseName(address: string): { zone: string; owner: string } {
  if (!address.includes(':')) {
    const octets = address.split('.').reverse();
    return { zone: `${octets.slice(1).join('.')}.in-addr.arpa`, owner: octets[0] ?? '' };
  }
  const nibbles = expand6(address).split('').reverse();
  return { zone: `${nibbles.slice(16).join('.')}.ip6.arpa`, owner: nibbles.slice(0, 16).join('.') };
}

function expand6(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const middle = Array.from({ length: 8 - front.length - back.length }, () => '0');
  return [...front, ...(address.includes('::') ? middle : []), ...back].map((group) => group.padStart(4, '0')).join('');
}

/** A zone's master file. The negative TTL (the SOA's last number, RFC 2308) is the records' own TTL. */
export function zoneFile(zone: Zone, ttlSeconds: number): string {
  return [
    `$ORIGIN ${zone.name}.`,
    `$TTL ${ttlSeconds}`,
    `@ IN SOA ns1.example.test. hostmaster.example.test. 1 30 10 86400 ${ttlSeconds}`,
    '@ IN NS ns1.example.test.',
    '@ IN NS ns2.example.test.',
    ...zone.records,
    '',
  ].join('\n');
}
