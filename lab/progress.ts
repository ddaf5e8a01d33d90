/** Receives one line at a time, in words for a person. */
export type Progress = (line: string) => void;

/** Runs a piece of work and says what it was and how long it took. */
export async function timed<T>(progress: Progress, what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  progress(`${what} (${seconds(performance.now() - began)})`);
  return result;
}

/** Milliseconds as `1.4 s` or `2 min 5 s`. */
export function seconds(milliseconds: number): string {
  const total = milliseconds / 1000;
  return total < 60 ? `${total.toFixed(1)} s` : `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
}

export const silent: Progress = () => {};

/** Prints lines, each with the seconds since this was called. */
export function timedLines(): (line: string) => void {
  const began = performance.now();
  return (line) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}
