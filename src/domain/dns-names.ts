import { parseIPv4, parseIPv6 } from './addresses.js';
import { ChangeoverError } from './errors.js';

/** Lower case with a trailing dot. */
export function qualified(name: string): string {
  return name.toLowerCase().replace(/\.?$/, '.');
}

/** Whether `name` is `zone` or below it; both fully qualified. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || zone === '.' || name.endsWith(`.${zone}`);
}

export function isReverseZone(zone: string): boolean {
  return isWithin(zone, 'in-addr.arpa.') || isWithin(zone, 'ip6.arpa.');
}

/** Where an address's PTR stands (RFC 1035 §3.5, RFC 3596 §2.5). Throws `Invalid` for what is no address. */
export function reverseName(address: string): string {
  const four = parseIPv4(address);
  if (four !== null) return `${four.toReversed().join('.')}.in-addr.arpa.`;
  const six = parseIPv6(address);
  if (six === null) throw new ChangeoverError('Invalid', `"${address}" is not an IP address.`);
  return `${six.toReversed().flatMap((byte) => [byte & 15, byte >> 4]).map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa.`;
}

/** Labels of letters, digits, dash and underscore, 63 characters each, 253 in all; `*` as the first label. */
export function isHostName(name: string): boolean {
  const labels = name.replace(/\.$/, '').split('.');
  return name.length <= 254 && labels.every((label, index) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label) || (index === 0 && label === '*'));
}
