import { condition } from '@temporalio/workflow';
import type { DecisionRecord } from '../domain/status.js';
import type { Board } from './board.js';
import type { Desk } from './desk.js';

/** Where a pause takes effect. */
export class Rest {
  private resting: Promise<void> | null = null;

  /** `onRest`: called when the run rests while the application serves: what was checked before may be old by then. */
  constructor(private readonly board: Board, private readonly desk: Desk, private readonly onRest: () => void) {}

  /** Between two steps; inside the outage only for a pause that has an end. Steps that go side by side rest together. */
  async boundary(): Promise<void> {
    const pause = this.desk.pause();
    if (pause === null || (this.board.read().outage !== null && pause.seconds === undefined)) return;
    this.resting ??= this.rest(pause).finally(() => (this.resting = null));
    await this.resting;
  }

  private async rest({ at, seconds }: DecisionRecord): Promise<void> {
    const { board, desk } = this;
    const { phase, outage } = board.read();
    if (outage === null) this.onRest();
    const until = seconds === undefined ? null : Date.parse(at) + seconds * 1000;
    board.phase('paused', outage === null ? 'Paused between two steps' : 'Paused inside the outage');
    board.waiting({
      for: 'resume',
      until: until === null ? null : new Date(until).toISOString(),
      ...(until === null ? {} : { resumes: true as const }),
      by: null,
      choices: [{ choice: 'resume', effect: 'The next step runs.' }, { choice: 'cancel', effect: 'Everything is undone.' }],
    });
    if (until === null) await condition(() => desk.pause() === null);
    else await condition(() => desk.pause() === null, Math.max(1, until - Date.now()), { summary: 'until the pause ends by itself' });
    desk.endPause();
    board.waiting(null);
    board.phase(phase, 'Resumed');
  }
}
