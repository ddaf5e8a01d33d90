import { Client, Connection } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import type { TemporalAccess } from '../settings/temporal.js';
import { dataConverter } from '../temporal/converter.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** A client of the Temporal server; an unreachable one is one clear sentence. Close the connection when done. */
export async function connect(temporal: TemporalAccess): Promise<Client> {
  const converter = dataConverter(temporal.payloadKeys ?? []);
  try {
    const connection = await Connection.connect({ address: temporal.address, connectTimeout: CONNECT_TIMEOUT_MS, ...temporal.credentials?.() });
    return new Client({ connection, namespace: temporal.namespace, dataConverter: converter });
  } catch (cause) {
    throw new ChangeoverError('Unreachable', `Temporal does not answer at ${temporal.address}. Is it running, and is temporal.address in the configuration right?`, { cause });
  }
}
