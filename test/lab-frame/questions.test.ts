import type { Client } from '@temporalio/client';
import { Questions } from '../../lab/faults/questions.js';

/** A client that notes when it is closed. */
function clientOf(seen: string[]): Client {
  const client: unknown = { connection: { close: async () => void seen.push('closed') } };
  return client as Client;
}

describe('Questions to Temporal', () => {
  test('whose answer is still awaited at the end of a play are answered before the connection is closed', async () => {
    const seen: string[] = [];
    const questions = new Questions(async () => clientOf(seen));
    let answer: (value: string) => void = () => undefined;
    const asked = questions.ask(() => new Promise<string>((resolve) => (answer = resolve)).then((said) => void seen.push(said)));
    await Promise.resolve().then(() => Promise.resolve());
    const closed = questions.close();
    answer('answered');
    await Promise.all([asked, closed]);
    expect(seen).toEqual(['answered', 'closed']);
  });

  test('find a new connection after one that could not be made', async () => {
    const seen: string[] = [];
    let tries = 0;
    const questions = new Questions(async () => {
      tries += 1;
      if (tries === 1) throw new Error('nobody answers');
      return clientOf(seen);
    });
    await expect(questions.ask(async () => 'never')).rejects.toThrow('nobody answers');
    await expect(questions.ask(async () => 'said')).resolves.toBe('said');
    await questions.close();
    expect(seen).toEqual(['closed']);
  });
});
