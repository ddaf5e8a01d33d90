/** What a line is about. */
export interface Subject {
  readonly site?: string;
  readonly unit?: string;
  readonly run?: string;
}

/** Where the controller says what it sees and does: one line each. */
export type Log = (level: 'info' | 'warn', message: string, about?: Subject) => void;

/** Lines for `kubectl logs`: time, level, what it is about, what happened. */
export function lineLog(print: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (level, message, about = {}) => {
    const subject = Object.entries(about).map(([name, value]) => `${name}=${value} `).join('');
    print(`${now().toISOString()} ${level} ${subject}${message.replaceAll(/\s*\n\s*/g, ' ')}`);
  };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
