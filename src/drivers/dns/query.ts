import type { RecordSet, RecordType } from '../../domain/observation.js';
import { ChangeoverError } from '../../domain/errors.js';
import { serverName, type Conversation, type Server } from './exchange.js';
import { rcodeOf } from './message.js';
import { classCode, typeCode } from './wire.js';

export interface RecordKey {
  readonly name: string;
  readonly type: RecordType;
}

/** The record set as this server itself knows it; null when it is absent. Throws `Unreachable` when it does not answer with authority. */
export async function askRecord(conversation: Conversation, server: Server, { name, type }: RecordKey): Promise<RecordSet | null> {
  const answer = await conversation.ask({ opcode: 'query', question: { name, type } });
  const rcode = rcodeOf(answer);
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') throw new ChangeoverError('Unreachable', `Name server ${serverName(server)} answers ${name} ${type} with ${rcode}.`);
  if (!answer.authoritative) throw new ChangeoverError('Unreachable', `Name server ${serverName(server)} answers ${name} ${type} without authority.`);
  const records = answer.answers.filter((record) => record.name === name && record.type === typeCode[type] && record.class === classCode.IN);
  if (records.length === 0) return null;
  return {
    name,
    type,
    ttlSeconds: Math.min(...records.map(({ ttlSeconds }) => ttlSeconds)),
    values: records.map(({ value }) => value).filter((value) => value !== null).toSorted(),
  };
}

/** Throws `Unreachable` unless the server answers for the zone with authority. */
export async function askAuthority(conversation: Conversation, server: Server, zone: string): Promise<void> {
  const answer = await conversation.ask({ opcode: 'query', question: { name: zone, type: 'SOA' } });
  const own = answer.answers.some((record) => record.name === zone && record.type === typeCode.SOA);
  if (rcodeOf(answer) !== 'NOERROR' || !answer.authoritative || !own) {
    throw new ChangeoverError('Unreachable', `Name server ${serverName(server)} has no authority for the zone ${zone} (${rcodeOf(answer)}).`);
  }
}
