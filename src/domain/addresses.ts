/** IP addresses as text and as bytes, in one canonical spelling, so that equal addresses are equal strings. */

/** Four bytes; null unless it is a dotted quad without leading zeros. */
export function parseIPv4(text: string): readonly number[] | null {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return null;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

/** Sixteen bytes (RFC 4291 §2.2, with `::` and a dotted quad at the end); null when it is no IPv6 address. Zones (`%eth0`) are refused. */
export function parseIPv6(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')).flatMap((group, index, all) => groupBytes(group, index === all.length - 1)));
  if (head === undefined || head.includes(null) || tail?.includes(null)) return null;
  const given = [...head, ...(tail ?? [])].filter((byte) => byte !== null);
  const missing = 16 - given.length;
  // `::` stands for at least one group of zeros (RFC 5952 §4.2.2 forbids writing less, parsers need not accept it).
  if (tail === undefined ? missing !== 0 : missing < 2) return null;
  if (tail !== undefined && halves[0]?.includes('.')) return null;
  return [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])].filter((byte) => byte !== null);
}

function groupBytes(group: string, last: boolean): readonly (number | null)[] {
  if (last && group.includes('.')) return parseIPv4(group) ?? [null];
  if (!/^[0-9a-f]{1,4}$/i.test(group)) return [null];
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}

/** The recommended text of sixteen bytes (RFC 5952): lower case, no leading zeros, the longest run of zero groups (two or more) as `::`. */
export function formatIPv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (best.length < 2) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}

/** The canonical spelling with its record type; null when it is no address. */
export function canonicalAddress(text: string): { readonly address: string; readonly type: 'A' | 'AAAA' } | null {
  if (parseIPv4(text) !== null) return { address: text, type: 'A' };
  const bytes = parseIPv6(text);
  return bytes === null ? null : { address: formatIPv6(bytes), type: 'AAAA' };
}
