import type { Story } from './story.js';

/** A run that a person must decide about more often than this goes round in circles. */
const MOST_DECISIONS = 12;

/** Lets a person take the first way on, until the run is over. Returns why that was not possible, or null. */
export async function carryOn(story: Story): Promise<string | null> {
  for (let decisions = 0; decisions < MOST_DECISIONS; decisions += 1) {
    if (story.conductor.outcome.kind !== 'running') return null;
    const status = await story.status();
    if (status.phase === 'paused') await story.decide('resume');
    else if (status.held === null) return `The run rests without being held (${status.phase}).`;
    else if (status.held.choices.length === 0) return `Held at ${status.held.step} without a way on.`;
    else await story.decide(decisions < 2 || !status.held.choices.some((c) => c.choice === 'skip') ? 'retry' : 'skip', { step: status.held.step });
    await story.goOn();
  }
  return 'The run is still held after many decisions.';
}

/** Whether all that is owed was owed to a site, and is paid by now. */
async function paid(story: Story): Promise<boolean> {
  const { debts } = await story.status();
  if (story.conductor.story.children.length === 0) return false;
  await story.payDebts();
  await story.conductor.advance(10 * 60_000);
  return story.closed() === 'completed' && debts.every((debt) => debt.includes('until it is done'));
}

/** Everything that is not as the law wants it, once the run has been carried to its end: undone, completed or refused, and no other way. */
export async function judged(story: Story): Promise<readonly string[]> {
  const stuck = await carryOn(story);
  if (stuck !== null) return [stuck, ...story.world.law()];
  const status = await story.status();
  const home = status.procedure === 'turn-back' ? 'west' : 'east';
  const away = home === 'east' ? 'west' : 'east';
  if (status.phase === 'refused') return [...story.world.law(), ...story.world.atRest({ serves: home })];
  if (status.debts.length > 0 && !(await paid(story))) return story.world.law();
  return story.faults(status.line === 'after' ? away : home);
}
