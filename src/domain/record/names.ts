import { ChangeoverError } from '../errors.js';

/** Ids of runs become names of files. Throws `Invalid` for anything that could lead elsewhere. */
export function assertRunName(run: string): void {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,150}[A-Za-z0-9])?$/.test(run) || run.includes('..')) throw new ChangeoverError('Invalid', `"${run}" is not the id of a run.`);
}

/** Name of an exported history. Temporal may know more than one execution of a run: a reset makes another. */
export function historyName(run: string, temporalRun: string | null): string {
  return temporalRun === null ? `${run}.history.json` : `${run}.${executionName(temporalRun)}.history.json`;
}

/**
 * A short name of one execution among those of a run. Temporal's ids begin with the time (UUID version 7): two executions that
 * began within a minute of each other share their first eight digits. The last ones are random.
 */
export function executionName(temporalRun: string): string {
  return temporalRun.slice(-8);
}
