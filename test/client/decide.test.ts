import { ServiceError, type Client } from '@temporalio/client';
import { decide } from '../../src/client/decide.js';
import type { Decision } from '../../src/domain/status.js';

const decision: Decision = { id: 'd1', kind: 'turn-back', step: null, by: 'ann', verified: true, via: 'library', reason: 'a test', statement: null };
const taskFailed = new ServiceError('Workflow Update failed', { cause: Object.assign(new Error('9 FAILED_PRECONDITION: Unable to perform workflow execution update due to unexpected workflow task failure.'), { code: 9, details: '', metadata: {} }) });
const gone = new ServiceError('Workflow Update failed', { cause: Object.assign(new Error('14 UNAVAILABLE: no connection'), { code: 14, details: '', metadata: {} }) });

/** A client of Temporal that answers an update with each of these in turn. */
function answering(...answers: readonly (Error | null)[]): { client: Client; sent: string[] } {
  const sent: string[] = [];
  const executeUpdate = async (_: unknown, { updateId, args }: { updateId: string; args: readonly Decision[] }) => {
    sent.push(updateId);
    const answer = answers[sent.length - 1];
    if (answer != null) throw answer;
    return args[0];
  };
  return { client: { workflow: { getHandle: () => ({ executeUpdate }) } } as unknown as Client, sent };
}

describe('A decision', () => {
  test('is sent again under its id when the server could not finish the task that took it', async () => {
    const { client, sent } = answering(taskFailed, taskFailed, null);
    expect(await decide(client, 'orders', decision)).toMatchObject({ id: 'd1', kind: 'turn-back' });
    expect(sent).toEqual(['d1', 'd1', 'd1']);
  });

  test('is not sent again when Temporal cannot be reached: whoever sends it must know', async () => {
    const { client, sent } = answering(gone, null);
    await expect(decide(client, 'orders', decision)).rejects.toBe(gone);
    expect(sent).toEqual(['d1']);
  });

  test('is given up when the task fails for ever', async () => {
    const { client, sent } = answering(...Array.from({ length: 9 }, () => taskFailed));
    await expect(decide(client, 'orders', decision)).rejects.toBe(taskFailed);
    expect(sent.length).toBe(5);
  });
});
