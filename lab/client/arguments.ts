import { parseArgs } from 'node:util';

export interface ClientArguments {
  /** The name the client knows the service by; an alias is followed. */
  readonly name: string;
  readonly port: number;
  /** Name servers as ip:port, asked in turn. */
  readonly dns: readonly string[];
  /** The record: JSON lines. */
  readonly out: string;
  /** Least time from one request to the next of the same habit, in ms. */
  readonly paceMs: number;
  /** Part of the names the habits write under, so that two clients never share a sequence. */
  readonly clientId: string;
}

export const usage =
  'usage: client --name NAME [--port 8080] --dns IP:PORT[,IP:PORT] --out FILE [--rate PER_SECOND] [--client-id ID]';

/** Least pace whatever the rate: the question is how long the service is away, not how much it carries. */
const leastPaceMs = 5;

/** @throws Error with all faults in one message. */
export function readArguments(argv: readonly string[]): ClientArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      name: { type: 'string' },
      port: { type: 'string', default: '8080' },
      dns: { type: 'string' },
      out: { type: 'string' },
      rate: { type: 'string', default: '200' },
      'client-id': { type: 'string' },
    },
  });
  const faults: string[] = [];
  const port = Number(values.port);
  const rate = Number(values.rate);
  const dns = (values.dns ?? '').split(',').filter((server) => server !== '');
  const clientId = values['client-id'] ?? Math.random().toString(16).slice(2, 8).padEnd(6, '0');
  if (!values.name) faults.push('--name is missing');
  if (!Number.isInteger(port) || port < 1 || port > 65535) faults.push(`--port is not a port: ${values.port}`);
  if (dns.length === 0) faults.push('--dns is missing');
  if (!values.out) faults.push('--out is missing');
  if (!(rate > 0)) faults.push(`--rate is not a number above 0: ${values.rate}`);
  if (!/^[A-Za-z0-9._-]{1,40}$/.test(clientId)) faults.push(`--client-id has characters a name must not have: ${clientId}`);
  if (faults.length > 0 || !values.name || !values.out) throw new Error(`${faults.join('; ')}\n${usage}`);
  return { name: values.name, port, dns, out: values.out, paceMs: Math.max(leastPaceMs, 1000 / rate), clientId };
}
