import type { Client } from '@temporalio/client';

/** Shorter than the patience of who asks for our health. */
const ANSWER_MS = 2_000;

/** Why Temporal does not answer, one sentence; null: it does. */
export async function temporalAway(client: Client): Promise<string | null> {
  try {
    await client.withDeadline(Date.now() + ANSWER_MS, () => client.workflowService.getSystemInfo({}));
    return null;
  } catch (error) {
    return `Temporal does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}
