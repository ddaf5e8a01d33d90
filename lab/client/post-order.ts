import { request } from 'node:http';
import type { Agent } from 'node:http';

export interface Receipt {
  readonly id: string;
  readonly site: string;
  readonly servedBy: string;
}

export interface OrderRequest {
  readonly address: string;
  readonly port: number;
  /** The name the client knows; sent as Host. */
  readonly name: string;
  readonly agent: Agent;
  readonly client: string;
  readonly seq: number;
}

/** From the first byte sent to the last byte received; after it the order is tried again. */
const deadlineMs = 500;

function receiptOf(text: string): Receipt | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, site, servedBy } = value as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof site !== 'string') return undefined;
  return { id, site, servedBy: typeof servedBy === 'string' ? servedBy : site };
}

/** Sends one order. @throws Error with a short reason for anything but a complete acknowledgement. */
export function postOrder({ address, port, name, agent, client, seq }: OrderRequest): Promise<Receipt> {
  const body = JSON.stringify({ client, seq });
  return new Promise<Receipt>((resolve, reject) => {
    const outgoing = request({
      host: address,
      port,
      agent,
      method: 'POST',
      path: '/orders',
      headers: { Host: name, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    });
    const deadline = setTimeout(() => outgoing.destroy(new Error(`no answer in ${deadlineMs} ms`)), deadlineMs);
    const fail = (error: Error): void => {
      clearTimeout(deadline);
      reject('code' in error && typeof error.code === 'string' ? new Error(error.code) : error);
    };
    outgoing.once('error', fail);
    outgoing.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('error', fail);
      response.once('end', () => {
        clearTimeout(deadline);
        const status = response.statusCode ?? 0;
        const receipt = status === 201 || status === 200 ? receiptOf(text) : undefined;
        if (receipt === undefined) reject(new Error(`status ${status}`));
        else resolve(receipt);
      });
    });
    outgoing.end(body);
  });
}
