/** Time as the world sees it, so that a test owns it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const realClock: Clock = { now: () => Date.now() };

export function isoOf(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
