import { findComponent } from '../../component-list.js';
import { faultComponent } from '../../fault.js';
import { runningRecord } from '../../process/component.js';
import type { Stage } from '../stage.js';

/** What goes on beside a play. @returns how to end it. */
export type Beside = (stage: Stage) => () => void;

const LOOK_MS = 1_000;

/** As a node does with the static pod of its API server: one that ends by itself is started again. A kernel that is busy lets it give up over its own start. */
export function startedAgain(idOf: (stage: Stage) => string): Beside {
  return (stage) => {
    const id = idOf(stage);
    let missed = false;
    const timer = setInterval(() => {
      const runs = runningRecord(findComponent(id)) !== undefined;
      // Twice in a row: whoever kills it starts it himself.
      if (!runs && missed) void faultComponent('restart', id).then(stage.say, () => undefined);
      missed = !runs && !missed;
    }, LOOK_MS);
    return () => clearInterval(timer);
  };
}

/** A person who says retry wherever the run is held, as often as it is. */
export function retrying(reason: string): Beside {
  return (stage) => {
    let ended = false;
    const attend = async (): Promise<void> => {
      while (!ended) {
        const seen = await stage.until('the run to be held, or to end', ({ phase, endedAt }) => phase === 'held' || endedAt !== null, LOOK_MS);
        if (ended || seen.held === null) return;
        stage.say(`held at ${seen.held.step}: ${seen.held.error}`);
        await stage.decide('retry', reason, '--step', seen.held.step).catch((error: unknown) => stage.say(String(error)));
      }
    };
    attend().catch(() => undefined);
    return () => void (ended = true);
  };
}
