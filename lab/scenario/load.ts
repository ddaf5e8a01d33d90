import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labProgram, scopeFolder } from '../paths.js';
import { waitFor } from '../process/wait.js';
import { nameServers } from '../settings.js';

/** The load client: it writes without pause until it is stopped. */
export class Load {
  #child: ChildProcess | null = null;
  readonly recordFile = join(scopeFolder('product'), 'client.jsonl');

  /** Starts it and waits until each of its habits has been acknowledged. */
  async start(): Promise<void> {
    const servers = [nameServers.primary, nameServers.secondary].map(({ address, port }) => `${address}:${port}`).join(',');
    const program = labProgram('client', 'client.js');
    const child = spawn(process.execPath, [program, '--name', 'shop.example.test', '--port', '8080', '--dns', servers, '--out', this.recordFile], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await waitFor(async () => said.includes('"ready":true'), {
      what: 'the load client to be acknowledged',
      deadlineMs: 20_000,
      hopeless: () => (child.exitCode === null ? undefined : `it ended with ${child.exitCode}`),
    });
  }

  /** How many writes have been acknowledged so far, by habit. */
  acknowledged(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const line of readFileSync(this.recordFile, 'utf8').split('\n')) {
      const habit = /^\{"kind":"ack","habit":"(\w+)"/.exec(line)?.[1];
      if (habit !== undefined) counts[habit] = (counts[habit] ?? 0) + 1;
    }
    return counts;
  }

  /** Waits until the habits that ask for the name again have written this many more orders. */
  async awaitMore(more: number, deadlineMs: number): Promise<void> {
    const before = this.acknowledged();
    await waitFor(
      async () => {
        const now = this.acknowledged();
        return ['always', 'ttl'].every((habit) => (now[habit] ?? 0) >= (before[habit] ?? 0) + more);
      },
      { what: `${more} more acknowledged writes`, deadlineMs, intervalMs: 100 },
    );
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
    });
    child.kill('SIGTERM');
    await ended;
    this.#child = null;
  }
}
