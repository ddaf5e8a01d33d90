import { ChangeoverError } from '../../../src/domain/errors.js';
import type { ExecResult, Kube } from '../../../src/drivers/kubernetes/kube.js';
import type { RawObject } from '../../../src/ports/objects.js';
import type { Work } from '../../../src/ports/work.js';

/** Standard output; or parts of an exec's result; `hang` as a text never answers. */
export type Answer = string | Partial<ExecResult> | Error;

/** A Kube whose only content is InfoScale pods; `answer` plays the program. Every other verb fails. */
export function fakePods(names: readonly string[], answer: (pod: string, argv: readonly string[]) => Answer): Kube & { readonly calls: string[] } {
  const calls: string[] = [];
  const refuse = (): never => {
    throw new ChangeoverError('Bug', 'The VVR driver uses list and exec only.');
  };
  return {
    calls,
    site: 'east',
    list: async () => names.map((name): RawObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, status: { conditions: [{ type: 'Ready', status: 'True' }] } })),
    exec: async (pod, argv, { signal }) => {
      calls.push(`${pod.name}: ${argv.join(' ')}`);
      const said = answer(pod.name, argv);
      if (said instanceof Error) throw said;
      if (said === 'hang') return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
      return typeof said === 'string' ? { exitCode: 0, stdout: said, stderr: '' } : { exitCode: 0, stdout: '', stderr: '', ...said };
    },
    clusterUid: refuse, pin: refuse, serverVersion: refuse, credentialLives: refuse, get: refuse, create: refuse, apply: refuse,
    replace: refuse, patch: refuse, remove: refuse, watchUntil: refuse, inform: refuse, discover: refuse,
  };
}

/** Work that ends by itself, so that a test of something that never comes ends too. */
export function aWork(options: { readonly endsAfterMs?: number; readonly guard?: () => Promise<void> } = {}): Work & { readonly reports: string[] } {
  const reports: string[] = [];
  return {
    reports,
    guard: options.guard ?? (async () => undefined),
    report: (message) => reports.push(message),
    signal: AbortSignal.timeout(options.endsAfterMs ?? 3_000),
  };
}
