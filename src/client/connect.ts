import { Client, Connection } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** A client of the Temporal server; an unreachable one is one clear sentence. Close the connection when done. */
export async function connect(temporal: { address: string; namespace: string }): Promise<Client> {
  try {
    const connection = await Connection.connect({ address: temporal.address, connectTimeout: CONNECT_TIMEOUT_MS });
    return new Client({ connection, namespace: temporal.namespace });
  } catch (cause) {
    throw new ChangeoverError('Unreachable', `Temporal does not answer at ${temporal.address}. Is it running, and is temporal.address in the configuration right?`, { cause });
  }
}
