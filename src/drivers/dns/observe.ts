import { connect } from 'node:net';
import type { NamesObservation, RecordSet, ServerObservation } from '../../domain/observation.js';
import type { RecordQuestion } from '../../ports/traffic.js';
import { converse, serverName, type Conversation, type Server } from './exchange.js';
import { askAuthority, askRecord } from './query.js';
import { tryNoOp } from './update.js';
import { serversOf, type Zones, type ZoneSettings } from './zones.js';

/** How long an address may take to accept a connection, milliseconds. */
const PROBE_TIMEOUT_MS = 2_000;

interface Options {
  readonly zones: Zones;
  readonly timeoutMs: number;
  readonly probe: readonly string[];
}

/** What every server says of the names, and whether the addresses accept connections. What cannot be read is listed as unknown. */
export async function observeNames(questions: readonly RecordQuestion[], { zones, timeoutMs, probe }: Options): Promise<NamesObservation> {
  const at = new Date().toISOString();
  const unknowns: string[] = [];
  const asked = [...new Set(questions.map(({ zone }) => zone))].flatMap((name) => {
    const zone = zones.find(name);
    if (zone === null) unknowns.push(`No name server is configured for the zone ${name}.`);
    return zone === null ? [] : serversOf(zone).map((server) => ({ zone, server, questions: questions.filter((question) => question.zone === name) }));
  });
  const [servers, reachable] = await Promise.all([
    Promise.all(asked.map((one) => observeServer(one, timeoutMs).catch((error: unknown) => void unknowns.push(sentence(error))))),
    Promise.all(probe.map(async (address) => [address, await probeAddress(address)] as const)),
  ]);
  return { at, servers: servers.filter((server) => server !== undefined), reachable: Object.fromEntries(reachable), unknowns };
}

interface Asked {
  readonly zone: ZoneSettings;
  readonly server: Server;
  readonly questions: readonly RecordQuestion[];
}

async function observeServer({ zone, server, questions }: Asked, timeoutMs: number): Promise<ServerObservation> {
  const updatable = server === zone.primary;
  return converse(server, { timeoutMs }, async (conversation) => {
    const [answers, updateRefused] = await Promise.all([
      Promise.all(questions.map((question) => askRecord(conversation, server, question))),
      updatable ? refusal(conversation, { zone, server, questions }) : null,
      askAuthority(conversation, server, zone.zone),
    ]);
    return { server: serverName(server), zone: zone.zone, updatable, updateRefused, answers: answers.filter((answer): answer is RecordSet => answer !== null) };
  });
}

/** Why a signed no-op update is refused; an answer that cannot be used counts as a refusal, since unknown is a no. */
async function refusal(conversation: Conversation, { zone, questions }: Asked): Promise<string | null> {
  try {
    await tryNoOp(conversation, zone, questions);
    return null;
  } catch (error) {
    return sentence(error);
  }
}

/** Null when `host:port` (IPv6 in brackets) accepts a connection, else why not. */
async function probeAddress(address: string): Promise<string | null> {
  const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(address) ?? [];
  if (host === undefined || port === undefined) return 'it is not written as address:port';
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const end = (result: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end(`no connection within ${PROBE_TIMEOUT_MS} ms`), PROBE_TIMEOUT_MS);
    // A reset comes from an entry point that stands and has nobody behind it yet, which is what a staged target is.
    const answers = (error: NodeJS.ErrnoException): boolean => error.code === 'ECONNRESET';
    socket.once('connect', () => end(null)).once('error', (error: NodeJS.ErrnoException) => end(answers(error) ? null : (error.code ?? error.message)));
  });
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : 'The name server could not be asked.';
}
