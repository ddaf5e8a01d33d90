import { canonicalAddress } from './addresses.js';
import { isHostName, isReverseZone, isWithin, qualified } from './dns-names.js';
import { ChangeoverError } from './errors.js';
import type { DnsObject, RecordType } from './observation.js';

/** A record set that a DNS object asks for. */
export interface WantedRecord {
  /** Fully qualified, lower case, trailing dot. */
  readonly name: string;
  readonly type: RecordType;
  /** Canonical spelling, sorted, without repetition. */
  readonly values: readonly string[];
}

/**
 * The records a DNS object asks for, with types inferred from the values as its agent does (bundled agent, ResRecord):
 * IPv4 → A, IPv6 → AAAA, several addresses separated by blanks, a host name → CNAME; in a reverse zone a host name → PTR.
 * Throws `Invalid` with every faulty entry as a reason: guessing here would send clients somewhere else.
 */
export function recordsOf(dns: DnsObject): readonly WantedRecord[] {
  const zone = qualified(dns.domain);
  const sets = new Map<string, { name: string; type: RecordType; values: Set<string> }>();
  const faults: string[] = isHostName(zone) ? [] : [`DNS ${dns.name}: the domain "${dns.domain}" is not a zone's name.`];
  for (const [key, value] of Object.entries(dns.records)) {
    const entry = entryOf(key, value, zone);
    if (typeof entry === 'string') faults.push(`DNS ${dns.name}: ${entry}`);
    else {
      for (const { type, value: data } of entry.data) {
        const set = sets.get(`${entry.name} ${type}`) ?? { name: entry.name, type, values: new Set<string>() };
        sets.set(`${entry.name} ${type}`, { ...set, values: set.values.add(data) });
      }
    }
  }
  faults.push(...conflicts([...sets.values()]).map((conflict) => `DNS ${dns.name}: ${conflict}`));
  if (faults.length > 0) throw new ChangeoverError('Invalid', `The records of DNS ${dns.name} cannot be understood.`, { reasons: faults });
  return [...sets.values()].map(({ name, type, values }) => ({ name, type, values: [...values].toSorted() }));
}

interface Entry {
  readonly name: string;
  readonly data: readonly { readonly type: RecordType; readonly value: string }[];
}

function entryOf(key: string, value: string, zone: string): Entry | string {
  const name = key.endsWith('.') ? key.toLowerCase() : `${key.toLowerCase()}.${zone}`;
  if (!isHostName(name)) return `"${key}" is not a record's name.`;
  if (!isWithin(name, zone)) return `the name "${key}" is not in the zone ${zone}`;
  if (!key.endsWith('.') && isWithin(`${key.toLowerCase()}.`, zone)) return `the name "${key}" repeats the domain; write the short name, or end it with a dot.`;
  const words = value.trim().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return `the name "${key}" has no value.`;
  if (isReverseZone(zone)) return pointer(key, name, words);
  const addresses = words.map(canonicalAddress);
  if (addresses.every((address) => address !== null)) return { name, data: addresses.map(({ type, address }) => ({ type, value: address })) };
  if (words.length > 1 || /^[\d.]+$/.test(value.trim()) || value.includes(':')) return `the value "${value}" of "${key}" is neither addresses nor one host name.`;
  const target = targetOf(words[0] ?? '', zone);
  return target === null ? unclear(key, value) : { name, data: [{ type: 'CNAME', value: target }] };
}

function pointer(key: string, name: string, words: readonly string[]): Entry | string {
  const [word = ''] = words;
  if (words.length > 1 || !word.endsWith('.') || !isHostName(word)) return `the value of "${key}" in a reverse zone must be one full name that ends with a dot, not "${words.join(' ')}".`;
  return { name, data: [{ type: 'PTR', value: word.toLowerCase() }] };
}

/** A short name stands in the zone, a full one ends with a dot. A name with inner dots only may be meant as either: null. */
function targetOf(value: string, zone: string): string | null {
  const full = value.endsWith('.') ? value.toLowerCase() : value.includes('.') ? null : `${value.toLowerCase()}.${zone}`;
  return full !== null && isHostName(full) ? full : null;
}

function unclear(key: string, value: string): string {
  return `the value "${value}" of "${key}" must be a short name of the zone, or a full name that ends with a dot.`;
}

/** RFC 1034 §3.6.2: where a CNAME stands, nothing else does. */
function conflicts(sets: readonly { name: string; type: RecordType }[]): readonly string[] {
  const aliases = sets.filter(({ type }) => type === 'CNAME').map(({ name }) => name);
  return aliases.filter((name) => sets.some((set) => set.name === name && set.type !== 'CNAME')).map((name) => `${name} is both an alias and something else.`);
}

/** Whether two lists of values are the same set: the order in which a server answers says nothing (RFC 1034 section 3.6). */
export function sameValues(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.toSorted().join('\n') === b.toSorted().join('\n');
}
