import { Exec } from '@kubernetes/client-node';
import { ChangeoverError } from '../../domain/errors.js';
import type { ErrorCode } from '../../domain/errors.js';
import { abortReason, reasonOf } from './failure.js';
import type { ExecResult } from './kube.js';
import type { Transport } from './transport.js';

/** What we use of a WebSocket. */
interface Socket {
  onclose: (() => void) | null;
  terminate(): void;
}

interface Connector {
  connect(path: string, onText: null, onFrame: (channel: number, data: Buffer) => boolean): Promise<Socket>;
}

/** Channels of the protocols v1 to v5.channel.k8s.io. */
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;

export interface ExecPod {
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
}

/** The `Status` that ends an exec. */
interface ExecStatus {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/**
 * The exit code inside the final status; null when the command's exit is not known.
 * A kubelet says `NonZeroExitCode` with a cause `ExitCode`; some runtimes answer `InternalError` and say it in words only.
 */
export function exitCodeOf(status: ExecStatus): number | null {
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find((entry) => entry.reason === 'ExitCode')?.message;
  const word = cause ?? /(?:exit status|exit code|exitcode:?)\s+(\d+)\s*$/i.exec(status.message ?? '')?.[1];
  if (word === undefined || !/^\d+$/.test(word)) return null;
  return Number(word);
}

/** An upgrade that was refused carries the HTTP status in its message only. */
function refusalCode(message: string): ErrorCode {
  const status = /Unexpected server response: (\d{3})/.exec(message)?.[1];
  if (status === '403' || status === '401') return 'Forbidden';
  if (status === '404') return 'NotFound';
  if (status === '400') return 'Invalid';
  return 'Unreachable';
}

const safeName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

function pathOfExec(pod: ExecPod, argv: readonly string[]): string {
  for (const part of [pod.namespace, pod.name, pod.container]) {
    if (!safeName.test(part)) throw new ChangeoverError('Invalid', `"${part}" is not a name of a namespace, pod or container.`);
  }
  const query = new URLSearchParams(argv.map((word): [string, string] => ['command', word]));
  query.set('container', pod.container);
  query.set('stdout', 'true');
  query.set('stderr', 'true');
  return `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/exec?${query.toString()}`;
}

/**
 * Runs a command in a container over one WebSocket. Refused: throws. No answer at all: throws `OutcomeUnknown`. Connected, but no exit status within the time: `exitCode` null,
 * for the command may still act; ending the connection does not end it.
 */
export async function exec(transport: Transport, pod: ExecPod, call: { argv: readonly string[]; timeoutMs: number; signal?: AbortSignal | undefined }): Promise<ExecResult> {
  const path = pathOfExec(pod, call.argv);
  const where = `exec in ${pod.namespace}/${pod.name} on ${transport.site}`;
  if (call.signal?.aborted === true) throw abortReason(call.signal);
  const { kubeConfig } = await transport.credentials.resolve();
  const output = { 1: [] as Buffer[], 2: [] as Buffer[] };
  const text = (channel: 1 | 2): string => Buffer.concat(output[channel]).toString('utf8');

  return await new Promise<ExecResult>((resolve, reject) => {
    let socket: Socket | null = null;
    let settled = false;
    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
      act();
    };
    const unknownExit = (why: string): void => {
      socket?.terminate();
      // Asked for and not answered: the command may have been started all the same.
      if (socket === null) settle(() => reject(new ChangeoverError('OutcomeUnknown', `${where}: ${why}, and not connected yet`)));
      else settle(() => resolve({ exitCode: null, stdout: text(1), stderr: `${text(2)}${why}` }));
    };
    const onAbort = (): void => unknownExit('cancelled');
    const timer = setTimeout(() => unknownExit(`no exit status within ${call.timeoutMs / 1000} s`), call.timeoutMs);
    call.signal?.addEventListener('abort', onAbort, { once: true });

    const onFrame = (channel: number, data: Buffer): boolean => {
      if (channel === STDOUT) output[1].push(data);
      else if (channel === STDERR) output[2].push(data);
      else if (channel === STATUS) {
        settle(() => resolve(resultOf(parsedStatus(data), text(1), text(2))));
        return false;
      }
      return true;
    };

    const connector: Connector = new Exec(kubeConfig).handler;
    connector.connect(path, null, onFrame).then(
      (opened) => {
        socket = opened;
        if (settled) opened.terminate();
        opened.onclose = () => unknownExit('the connection ended without an exit status');
      },
      // The rejected object holds the connection's keys: only its sentence is taken.
      (error: unknown) => settle(() => reject(new ChangeoverError(refusalCode(reasonOf(error)), `${where}: ${reasonOf(error)}`))),
    );
  });
}

function parsedStatus(data: Buffer): ExecStatus {
  try {
    return JSON.parse(data.toString('utf8')) as ExecStatus;
  } catch {
    return { status: 'Failure', message: 'the final status is not JSON' };
  }
}

function resultOf(status: ExecStatus, stdout: string, stderr: string): ExecResult {
  const exitCode = exitCodeOf(status);
  // Without an exit code the reason is all a person has: the command may never have started.
  return { exitCode, stdout, stderr: exitCode === null ? `${stderr}${status.message ?? status.reason ?? 'no exit status'}` : stderr };
}
