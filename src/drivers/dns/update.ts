import { isWithin } from '../../domain/dns-names.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { RecordType } from '../../domain/observation.js';
import { serverName, type Conversation } from './exchange.js';
import { rcodeOf, type OutgoingRecord } from './message.js';
import type { RecordKey } from './query.js';
import type { ZoneSettings } from './zones.js';

/** One record set of a compare-and-swap: what it must be now, and what it becomes. Empty: absent. */
export interface Swap extends RecordKey {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly ttlSeconds: number;
}

/** `stale`: a record set was not what we said it is; nothing was changed. */
export type UpdateOutcome = 'done' | 'stale';

/** Prerequisites by value for all, then deletions, then additions, in one message: all of it happens or nothing (RFC 2136 §3). */
export async function compareAndSwap(conversation: Conversation, zone: ZoneSettings, swaps: readonly Swap[]): Promise<UpdateOutcome> {
  assertWithin(zone, swaps);
  return send(conversation, zone, {
    prerequisites: swaps.flatMap(prerequisites),
    // All deletions stand before all additions, or an alias could not take an address's place (RFC 2136 §3.4.2.2).
    updates: [...swaps.map(deletion), ...swaps.flatMap(additions)],
  });
}

/** Values that no record of ours has: taking them away changes nothing, and still needs the right to. */
const nobodysValue: Readonly<Record<RecordType, string>> = {
  A: '0.0.0.0', AAAA: '::', CNAME: 'no-op.changeover.invalid.', PTR: 'no-op.changeover.invalid.', TXT: 'changeover no-op',
};

/** A signed update that changes nothing but is refused where a real one would be. Throws `Forbidden` then. */
export async function tryNoOp(conversation: Conversation, zone: ZoneSettings, keys: readonly RecordKey[]): Promise<void> {
  assertWithin(zone, keys);
  await send(conversation, zone, {
    prerequisites: [{ name: zone.zone, type: 'SOA', class: 'ANY', ttlSeconds: 0, value: null }],
    updates: keys.map(({ name, type }) => ({ name, type, class: 'NONE', ttlSeconds: 0, value: nobodysValue[type] })),
  });
}

interface Sections {
  readonly prerequisites: readonly OutgoingRecord[];
  readonly updates: readonly OutgoingRecord[];
}

async function send(conversation: Conversation, zone: ZoneSettings, sections: Sections): Promise<UpdateOutcome> {
  const answer = await conversation.ask({ opcode: 'update', question: { name: zone.zone, type: 'SOA' }, ...sections }, zone.key);
  const rcode = rcodeOf(answer);
  const said = `Name server ${serverName(zone.primary)} answers the update of ${zone.zone} with ${rcode}`;
  switch (rcode) {
    case 'NOERROR': return 'done';
    case 'NXRRSET':
    case 'YXRRSET':
    case 'NXDOMAIN':
    case 'YXDOMAIN': return 'stale';
    case 'REFUSED':
    case 'NOTAUTH': throw new ChangeoverError('Forbidden', `${said}: the key ${zone.key.name} may not make this change there.`);
    case 'SERVFAIL': throw new ChangeoverError('Unreachable', `${said}.`);
    case 'FORMERR':
    case 'NOTIMP':
    case 'NOTZONE':
    default: throw new ChangeoverError('Invalid', `${said}.`);
  }
}

/** RFC 2136 §2.4: with class IN the whole set must be equal by value; with class NONE it must not exist. */
function prerequisites({ name, type, from }: Swap): readonly OutgoingRecord[] {
  if (from.length === 0) return [{ name, type, class: 'NONE', ttlSeconds: 0, value: null }];
  return from.map((value) => ({ name, type, class: 'IN', ttlSeconds: 0, value }));
}

function deletion({ name, type }: Swap): OutgoingRecord {
  return { name, type, class: 'ANY', ttlSeconds: 0, value: null };
}

function additions({ name, type, to, ttlSeconds }: Swap): readonly OutgoingRecord[] {
  return to.map((value) => ({ name, type, class: 'IN', ttlSeconds, value }));
}

function assertWithin(zone: ZoneSettings, keys: readonly RecordKey[]): void {
  const outside = keys.filter(({ name }) => !isWithin(name, zone.zone)).map(({ name }) => name);
  if (outside.length > 0) throw new ChangeoverError('Invalid', `These names are not in the zone ${zone.zone}: ${outside.join(', ')}.`);
}
