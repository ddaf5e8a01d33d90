import type { SiteName } from '../../lab/settings.js';

export interface PredictedMove {
  /** Which of the conditions, from 1. */
  readonly n: number;
  readonly what: string;
  readonly to: SiteName;
  readonly predictedSeconds: number;
  readonly realSeconds: number;
  /** |predicted − real| is at most 1 s or 30 % of the real outage. */
  readonly within: boolean;
  /** What made it different could not be seen beforehand; it is shown and not counted. */
  readonly unforeseeable: boolean;
  /** By step; the real seconds are null where it did not end. */
  readonly parts: readonly { readonly step: string; readonly from: string; readonly predictedSeconds: number; readonly realSeconds: number | null }[];
  /** Load average of the machine over the last minute, at the end. */
  readonly load: number;
}

const verdict = ({ within, unforeseeable }: PredictedMove): string => (within ? 'yes' : unforeseeable ? 'no (could not be known)' : 'NO');

export function lineOf(move: PredictedMove): string {
  return `${move.n}. ${move.what} (to ${move.to}): predicted ${move.predictedSeconds.toFixed(2)} s, was ${move.realSeconds.toFixed(2)} s (${errorOf(move)}); within: ${verdict(move)}`;
}

/** One line a step: what was said of it and what it took. */
export function partsOf({ parts, load }: PredictedMove): string {
  const took = (seconds: number | null): string => (seconds === null ? 'not ended' : `${seconds.toFixed(2)} s`);
  return [...parts.map(({ step, from, predictedSeconds, realSeconds }) => `   ${step}: predicted ${predictedSeconds.toFixed(2)} s (${from}), took ${took(realSeconds)}`), `   load ${load.toFixed(1)}`].join('\n');
}

/** Markdown, as it stands in README.md of the bench. */
export function tableOf(moves: readonly PredictedMove[]): string {
  const rows = moves.map((move) => `| ${move.n} | ${move.what} | ${move.predictedSeconds.toFixed(2)} s | ${move.realSeconds.toFixed(2)} s | ${errorOf(move)} | ${verdict(move)} |`);
  return ['| move | what is different | predicted | was | error | within 1 s or 30 % |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

export function summaryOf(moves: readonly PredictedMove[]): string {
  const counted = moves.filter(({ unforeseeable }) => !unforeseeable);
  const errors = counted.map((move) => Math.abs(move.predictedSeconds - move.realSeconds)).toSorted((a, b) => a - b);
  const worst = errors.at(-1) ?? 0;
  const median = errors[Math.floor((errors.length - 1) / 2)] ?? 0;
  return `within 1 s or 30 %: ${counted.filter(({ within }) => within).length} of ${counted.length}; off by ${median.toFixed(2)} s in the middle, ${worst.toFixed(2)} s at worst`;
}

function errorOf({ predictedSeconds, realSeconds }: PredictedMove): string {
  const error = predictedSeconds - realSeconds;
  return `${error >= 0 ? '+' : '−'}${Math.abs(error).toFixed(2)} s, ${Math.round((Math.abs(error) / realSeconds) * 100)} %`;
}
