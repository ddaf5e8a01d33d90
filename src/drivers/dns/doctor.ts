import { ChangeoverError } from '../../domain/errors.js';
import { converse, serverName, type Server } from './exchange.js';
import { rcodeOf } from './message.js';
import { askAuthority } from './query.js';
import { serversOf, type ZoneSettings } from './zones.js';

/** What one name server said: null means that all is well. `clockApartSeconds` is null where nothing was signed. */
export interface ServerHealth {
  readonly server: string;
  readonly takesUpdates: boolean;
  readonly problem: string | null;
  readonly clockApartSeconds: number | null;
}

/**
 * Every server answers for the zone with authority, and the one that takes updates accepts a signed one that holds a prerequisite
 * (the zone exists) and no change at all (RFC 2136 §3.2). Whether the key may change a certain name is asked by preflight.
 */
export async function examineZone(zone: ZoneSettings, timeoutMs: number): Promise<readonly ServerHealth[]> {
  return Promise.all(serversOf(zone).map(async (server) => examineServer(zone, server, timeoutMs)));
}

async function examineServer(zone: ZoneSettings, server: Server, timeoutMs: number): Promise<ServerHealth> {
  const base = { server: serverName(server), takesUpdates: server === zone.primary };
  try {
    const signedAt = await converse(server, { timeoutMs }, async (conversation) => {
      await askAuthority(conversation, server, zone.zone);
      if (!base.takesUpdates) return null;
      const answer = await conversation.ask(
        { opcode: 'update', question: { name: zone.zone, type: 'SOA' }, prerequisites: [{ name: zone.zone, type: 'SOA', class: 'ANY', ttlSeconds: 0, value: null }] },
        zone.key,
      );
      if (rcodeOf(answer) !== 'NOERROR') throw new ChangeoverError('Forbidden', `Name server ${base.server} answers a signed update of ${zone.zone} that changes nothing with ${rcodeOf(answer)}.`);
      return answer.signedAt;
    });
    return { ...base, problem: null, clockApartSeconds: signedAt === null ? null : signedAt - Math.floor(Date.now() / 1000) };
  } catch (error) {
    return { ...base, problem: error instanceof Error ? error.message : String(error), clockApartSeconds: null };
  }
}
