import { ChangeoverError } from '../../domain/errors.js';
import { inTime } from '../../in-time.js';
import type { CommandResult } from '../../ports/replication.js';
import type { Work } from '../../ports/work.js';
import type { ExecResult, Kube } from '../kubernetes/kube.js';
import { createPodList, createPods } from './pods.js';
import { readable } from './redact.js';
import type { VvrSettings } from './settings.js';

/** Runs VVR's commands in a site's InfoScale pods. */
export interface Shell {
  /** Standard output of a command that changes nothing, from the first pod that answers with exit code 0. Throws when none does. */
  read(argv: readonly string[]): Promise<string>;
  /** One attempt of a command that changes something, at the log owner; after `timeoutMs` its outcome is unknown. */
  change(argv: readonly string[], work: Work, timeoutMs: number): Promise<CommandResult>;
}

export function createShell(kube: Kube, settings: VvrSettings): Shell {
  const { namespace, container, notLogOwnerExitCode } = settings;
  // Readings and changes prefer different pods: only the log owner may change, any pod may read.
  const list = createPodList(kube, settings);
  const what = `No pod in ${namespace} with ${settings.podSelector} on ${settings.site}`;
  const readers = createPods(list, what);
  const owners = createPods(list, what);

  async function read(argv: readonly string[]): Promise<string> {
    const deadline = performance.now() + settings.readTimeoutMs;
    const pods = await within(readers.ready(), settings.readTimeoutMs, settings.site);
    const failures: string[] = [];
    for (const [index, name] of pods.entries()) {
      // A pod that hangs may use its share of the time only, so that the next one still gets some.
      const timeoutMs = Math.floor((deadline - performance.now()) / (pods.length - index));
      if (timeoutMs <= 0) break;
      const answer = await attempt(name, argv, { timeoutMs });
      if (answer.exitCode === 0) {
        readers.prefer(name);
        return answer.stdout;
      }
      readers.distrust(name);
      failures.push(`${name}: ${answer.exitCode === null ? 'no answer' : `exit code ${answer.exitCode}`}${said(answer)}`);
    }
    throw new ChangeoverError('Unreachable', `${argv.join(' ')} could not be read on ${settings.site}.`, { reasons: failures });
  }

  /** An exec that fails is an answer without an exit code: the caller decides what that means. */
  async function attempt(name: string, argv: readonly string[], options: { timeoutMs: number; signal?: AbortSignal }): Promise<ExecResult> {
    try {
      return await within(kube.exec({ namespace, name, container }, argv, options), options.timeoutMs, settings.site);
    } catch (error) {
      return { exitCode: null, stdout: '', stderr: error instanceof Error ? error.message : 'the exec failed' };
    }
  }

  async function change(argv: readonly string[], work: Work, timeoutMs: number): Promise<CommandResult> {
    const command = argv.join(' ');
    const pods = await within(owners.ready(), settings.readTimeoutMs, settings.site);
    let last: CommandResult = { command, exitCode: null, output: '' };
    for (const name of pods) {
      await work.guard();
      work.report(`${settings.site}: ${command} (in ${name})`);
      const answer = await attempt(name, argv, { timeoutMs, signal: work.signal });
      last = { command, exitCode: ended(answer.exitCode), output: readable(answer.stdout, answer.stderr) };
      // The pod that carried it out is asked first next time. One that did not may not be the log owner, whatever it said.
      if (last.exitCode === 0) owners.prefer(name);
      else owners.distrust(name);
      // Only a pod that says "I did nothing" may be followed by another: anything else may have begun.
      if (notLogOwnerExitCode === null || answer.exitCode !== notLogOwnerExitCode) return last;
    }
    return last;
  }

  return { read, change };
}

/** From this code on a shell reports a signal (128 + n) or a lost connection (255): the client ended, the command may go on. */
const CLIENT_ENDED = 128;

function ended(exitCode: number | null): number | null {
  return exitCode !== null && exitCode < CLIENT_ENDED ? exitCode : null;
}

function said({ stderr, stdout }: ExecResult): string {
  const text = readable(stdout, stderr).split('\n')[0] ?? '';
  return text === '' ? '' : ` (${text})`;
}

/** Rejects with `Unreachable` when the promise takes longer; a client that ignores its deadline must not stop us. */
function within<T>(promise: Promise<T>, timeoutMs: number, site: string): Promise<T> {
  return inTime(promise, timeoutMs, () => {
    throw new ChangeoverError('Unreachable', `The storage of ${site} did not answer within ${timeoutMs} ms.`);
  });
}
