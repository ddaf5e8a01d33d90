/** What a line is about. */
export interface Subject {
  readonly site?: string;
  readonly unit?: string;
  readonly run?: string;
}

/** Where the controller says what it sees and does: one line each. */
export type Log = (level: 'info' | 'warn', message: string, about?: Subject) => void;

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
