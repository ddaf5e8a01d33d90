import { randomInt } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { ChangeoverError } from '../../domain/errors.js';
import { decodeMessage, encodeMessage, rcodeOf, type IncomingMessage, type OutgoingMessage } from './message.js';
import { sign, verify, type TsigKey } from './tsig.js';
import { Malformed, u16 } from './wire.js';

export interface Server {
  readonly host: string;
  readonly port: number;
}

export function serverName({ host, port }: Server): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** One TCP connection to one server; several questions may be under way at once (RFC 7766 §6.2.1.1). */
export interface Conversation {
  /** Sends, waits for the answer with the same id. With a key: signed, and the answer's signature is verified. Throws `Unreachable` or `Forbidden`. */
  ask(message: Omit<OutgoingMessage, 'id'>, key?: TsigKey): Promise<Answer>;
}

/** `signedAt`: the server's own clock as its signature says, seconds since 1970; null for an answer without one. */
export interface Answer extends IncomingMessage {
  readonly signedAt: number | null;
}

interface Limits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly take: (answer: Buffer) => void;
  readonly fail: (error: Error) => void;
}

/** Connects, lets `talk` ask, and hangs up. The time limit is for the whole conversation. */
export async function converse<T>(server: Server, limits: Limits, talk: (conversation: Conversation) => Promise<T>): Promise<T> {
  const waiting = new Map<number, Waiting>();
  const socket = connect({ host: server.host, port: server.port, noDelay: true });
  let ended: ChangeoverError | null = null;
  const give = (reason: string, cause?: unknown): void => {
    // The first reason is the true one: what follows is only the socket's end.
    ended ??= new ChangeoverError('Unreachable', `Name server ${serverName(server)} ${reason}.`, { cause });
    for (const { fail } of waiting.values()) fail(ended);
    waiting.clear();
    socket.destroy();
  };
  const timer = setTimeout(() => give(`did not answer within ${limits.timeoutMs} ms`), limits.timeoutMs);
  const abort = (): void => give('was not waited for any longer', limits.signal?.reason);
  limits.signal?.addEventListener('abort', abort, { once: true });
  socket.on('error', (error: NodeJS.ErrnoException) => give(`cannot be reached (${error.code ?? error.message})`, error));
  socket.on('close', () => give('closed the connection'));
  receive(socket, (bytes) => {
    const id = bytes.length < 2 ? -1 : bytes.readUInt16BE(0);
    waiting.get(id)?.take(bytes);
    waiting.delete(id);
  });

  const ask: Conversation['ask'] = async (message, key) => {
    const id = freshId(waiting);
    const plain = encodeMessage({ ...message, id });
    const request = key === undefined ? null : { ...sign(plain, key, nowSeconds()), key };
    const bytes = request?.signed ?? plain;
    const answer = await new Promise<Buffer>((take, fail) => {
      if (limits.signal?.aborted) abort();
      if (ended !== null) return fail(ended);
      waiting.set(id, { take, fail });
      socket.write(Buffer.concat([u16(bytes.length), bytes]));
    });
    return read(answer, { server, message, request });
  };

  try {
    return await talk({ ask });
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', abort);
    socket.destroy();
  }
}

interface Exchange {
  readonly server: Server;
  readonly message: Omit<OutgoingMessage, 'id'>;
  readonly request: { readonly key: TsigKey; readonly mac: Buffer } | null;
}

function read(bytes: Buffer, { server, message, request }: Exchange): Answer {
  const unusable = (reason: string, cause?: unknown): ChangeoverError => new ChangeoverError('Unreachable', `The answer of name server ${serverName(server)} cannot be used: ${reason}.`, { cause });
  try {
    const answer = decodeMessage(bytes);
    if (!answer.isResponse || answer.opcode !== (message.opcode === 'update' ? 5 : 0)) throw unusable('it answers something else');
    if (answer.truncated) throw unusable('it is cut off');
    if (request === null) return { ...answer, signedAt: null };
    const verification = verify(bytes, { ...request, nowSeconds: nowSeconds() });
    if (verification.kind === 'verified') return { ...answer, signedAt: verification.timeSeconds };
    if (rcodeOf(answer) === 'NOTAUTH' || rcodeOf(answer) === 'REFUSED') {
      throw new ChangeoverError('Forbidden', `Name server ${serverName(server)} refuses the key ${request.key.name}: ${rcodeOf(answer)}, ${verification.reason}.`);
    }
    throw unusable(verification.reason);
  } catch (error) {
    throw error instanceof Malformed ? unusable(error.message, error) : error;
  }
}

/** Messages over TCP carry their length in two bytes (RFC 1035 §4.2.2). */
function receive(socket: Socket, message: (bytes: Buffer) => void): void {
  let buffered = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
      const end = 2 + buffered.readUInt16BE(0);
      message(buffered.subarray(2, end));
      buffered = buffered.subarray(end);
    }
  });
}

function freshId(used: ReadonlyMap<number, unknown>): number {
  for (;;) {
    const id = randomInt(65_536);
    if (!used.has(id)) return id;
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
