import { ChangeoverError } from '../domain/errors.js';

/** What could not be read, as sentences: a look goes on without it, and whoever judges the look sees what is missing. */
export class Unknowns {
  readonly list: string[] = [];
  private passing = false;

  /** Somebody did not answer, or asked for less: another look may see more. */
  get arePassing(): boolean {
    return this.passing;
  }

  /** What `action` reads, or `otherwise` with a sentence that says why. Never throws. */
  async attempt<T>(what: string, action: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await action();
    } catch (error) {
      this.passing ||= error instanceof ChangeoverError && error.isPassing;
      this.list.push(`${what} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  }
}
