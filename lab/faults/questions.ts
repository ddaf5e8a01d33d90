import type { Client } from '@temporalio/client';

/**
 * One connection for all questions to Temporal. It is closed after the last of them was answered: the SDK's client asks again
 * by a timer, and one that meets a closed channel ends the whole program.
 */
export class Questions {
  private client: Promise<Client> | undefined;
  private readonly open = new Set<Promise<unknown>>();

  constructor(private readonly connect: () => Promise<Client>) {}

  /** Asks; a connection that could not be made is tried again with the next question. */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    this.client ??= this.connect();
    const client = await this.client.catch((error: unknown) => {
      this.client = undefined;
      throw error;
    });
    const answer = question(client);
    this.open.add(answer);
    return answer.finally(() => this.open.delete(answer));
  }

  async close(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    await Promise.allSettled(this.open);
    await client?.connection.close();
  }
}
