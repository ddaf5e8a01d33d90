import { ChangeoverError } from '../../domain/errors.js';
import { reasonOf } from './failure.js';
import type { WatchEvent } from './kube.js';

/** A stream that broke is no error of ours: another one may not. */
export class StreamBroke extends ChangeoverError {
  constructor(error: unknown) {
    super('Unreachable', `A watch broke: ${reasonOf(error)}`);
  }
}

/** One JSON object a line, however the network cut them. */
export async function* eventsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<Buffer>;
      try {
        next = await chunks.next();
      } catch (error) {
        throw new StreamBroke(error);
      }
      if (next.done === true) return;
      const lines = (rest + decoder.decode(next.value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent;
    }
  } finally {
    await chunks.return?.().catch(() => undefined);
  }
}
