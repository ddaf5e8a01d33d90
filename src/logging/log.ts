import type { LogSettings } from '../settings/telemetry.js';
import { withoutSecrets } from './redact.js';

export type Level = LogSettings['level'];

/** What a line is about: `run`, `unit`, `step`, `site`, `attempt` and the like. */
export type Fields = object;

export type Log = (level: Level, message: string, fields?: Fields) => void;

const order: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** A refusal may have a hundred reasons; all of them stand in the run's status. */
const LONGEST = 1_000;

/** One line an event. As text: time, level, what it is about, what happened. As JSON: the same as fields, `time`, `level` and `message` first. */
export function createLog({ format, level: least }: LogSettings, print: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (level, message, fields = {}) => {
    if (order.indexOf(level) < order.indexOf(least)) return;
    const time = now().toISOString();
    const known = Object.entries(fields as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined && value !== null && value !== '');
    if (format === 'json') {
      print(withoutSecrets(JSON.stringify({ time, level, message: cut(message), ...Object.fromEntries(known.map(([name, value]) => [name, plain(value)])) })));
      return;
    }
    const subject = known.map(([name, value]) => `${name}=${asWord(plain(value))} `).join('');
    print(withoutSecrets(`${time} ${level} ${subject}${cut(message.replaceAll(/\s*\n\s*/g, ' '))}`));
  };
}

/** Errors are their message; what is no text, number or truth value is JSON. */
function plain(value: unknown): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return cut(value);
  if (value instanceof Error) return cut(value.message);
  return cut(typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? ''));
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function asWord(value: string | number | boolean): string {
  const text = String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
