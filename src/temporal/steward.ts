import { setTimeout as pause } from 'node:timers/promises';
import { makeCurrent, readBuilds, type Builds, type Deployments } from './builds.js';

const BETWEEN_LOOKS_MS = 10_000;

/** What a control worker knows of its build among the others, and what follows. */
export type Standing =
  | { readonly kind: 'current' }
  /** New runs should begin on this build from now on. */
  | { readonly kind: 'take-over'; readonly from: string | null }
  /** Another build is current; these runs are left to this one. */
  | { readonly kind: 'draining'; readonly current: string; readonly openRuns: readonly string[] };

/**
 * A build that was never current is an upgrade and becomes it. One that was, and was replaced, only serves what it began: it becomes
 * current again when nobody polls with the build that is, which is a way back. A build becomes current before its worker's first poll, so
 * one that nobody polls with and that became current just now is about to start, not gone.
 */
export function standingOf({ builds, currentIsSettled }: Builds, buildId: string): Standing {
  const own = builds.find((b) => b.buildId === buildId);
  const current = builds.find((b) => b.isCurrent);
  if (current?.buildId === buildId) return { kind: 'current' };
  const isGone = current !== undefined && current.workers.length === 0 && currentIsSettled;
  if (current === undefined || own === undefined || !own.wasCurrent || isGone) return { kind: 'take-over', from: current?.buildId ?? null };
  return { kind: 'draining', current: current.buildId, openRuns: own.openRuns };
}

/** Open runs whose build no worker serves: they wait for ever unless one comes. */
export function orphans({ builds }: Builds, buildId: string): readonly string[] {
  return builds.flatMap((b) => (b.buildId === buildId || b.workers.length > 0 ? [] : b.openRuns.map((run) => `${run} is open on build ${b.buildId}, and no control worker of that build polls`)));
}

export interface StewardOptions {
  readonly buildId: string;
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
  /** What was said already. */
  readonly said: readonly string[];
  /** Ask to end when another build is current and nothing is open on this one. */
  readonly untilDrained: boolean;
}

/** Looks once and acts on it. Returns where the build stands then, and what a person should know. */
export async function takePlace(at: Deployments, buildId: string): Promise<{ readonly standing: Standing; readonly sentences: readonly string[] }> {
  const builds = await readBuilds(at);
  const standing = standingOf(builds, buildId);
  if (standing.kind === 'take-over') await makeCurrent(at, buildId);
  return { standing, sentences: [...sentencesOf(standing, buildId), ...orphans(builds, buildId)] };
}

function sentencesOf(standing: Standing, buildId: string): readonly string[] {
  if (standing.kind === 'current') return [];
  if (standing.kind === 'take-over') return [`build ${buildId} is current${standing.from === null ? '' : ` in place of ${standing.from}`}: new runs begin on it${standing.from === null ? '' : ', and those that are open stay with theirs'}`];
  return [`build ${standing.current} is current; ${standing.openRuns.length === 0 ? 'nothing is open on this one' : `this one serves ${standing.openRuns.join(', ')} to the end`}`];
}

/** Looks again and again until the signal aborts or, where that is asked for, the build is drained. What stays the same is said once. */
export async function steward(at: Deployments, { buildId, say, signal, untilDrained, ...before }: StewardOptions): Promise<'stopped' | 'drained'> {
  let { said } = before;
  const tell = (sentences: readonly string[]) => {
    for (const sentence of sentences) if (!said.includes(sentence)) say(sentence);
    said = sentences;
  };
  while (!signal.aborted) {
    await pause(BETWEEN_LOOKS_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    try {
      const { standing, sentences } = await takePlace(at, buildId);
      tell(sentences);
      if (untilDrained && standing.kind === 'draining' && standing.openRuns.length === 0) return 'drained';
    } catch (error) {
      tell([`the builds of the control worker could not be read: ${error instanceof Error ? error.message : String(error)}`]);
    }
  }
  return 'stopped';
}
