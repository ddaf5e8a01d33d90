import { mkdirSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { scopeFolder } from '../paths.js';
import { identityOf, isAlive, type ProcessIdentity } from './identity.js';
import type { ListenAddress } from './ports.js';

/** How one long-running program of the lab is started. */
export interface ComponentSpec {
  /** Unique in the lab: `apiserver-east`, `named-primary`. */
  readonly id: string;
  /** The folder below the lab's home that holds its run/ and log/: a site, `names`, `temporal` or `links`. */
  readonly scope: string;
  /** Name of its pidfile and log within the scope. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly listens: readonly ListenAddress[];
}

/** What is written beside the pidfile, so that a component can be found and started again as it was. */
export interface ComponentRecord extends ComponentSpec {
  readonly identity: ProcessIdentity;
  readonly startedAt: string;
}

/** The component's pidfile, record and log. */
export function componentFiles(component: Pick<ComponentSpec, 'scope' | 'name'>) {
  const folder = scopeFolder(component.scope);
  return {
    pid: join(folder, 'run', `${component.name}.pid`),
    record: join(folder, 'run', `${component.name}.json`),
    log: join(folder, 'log', `${component.name}.log`),
  };
}

/** Starts the program in a session of its own, so that a terminal's Ctrl-C does not reach it, and records it. */
export function spawnComponent(spec: ComponentSpec): ComponentRecord {
  const files = componentFiles(spec);
  mkdirSync(join(scopeFolder(spec.scope), 'run'), { recursive: true });
  mkdirSync(join(scopeFolder(spec.scope), 'log'), { recursive: true });
  const log = openSync(files.log, 'a');
  const child = spawn(spec.command, [...spec.args], {
    cwd: scopeFolder(spec.scope), detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...spec.env },
  });
  closeSync(log);
  // The fault is told by the missing pid just below; without a listener it would end this process.
  child.once('error', () => {});
  child.unref();
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (child.pid === undefined) throw new Error(`${spec.id} could not be started: ${spec.command} is no program that runs here`);
  if (identity === undefined) throw new Error(`${spec.id} to serve: it ended at once; its log ends with\n${logTail(spec)}`);
  const record: ComponentRecord = { ...spec, identity, startedAt: new Date().toISOString() };
  writeAtomically(files.record, `${JSON.stringify(record, undefined, 2)}\n`);
  writeAtomically(files.pid, `${identity.pid}\n`);
  return record;
}

/** The component's record, whether it is alive or not; undefined when it was never started or was ended in order. */
export function readRecord(component: Pick<ComponentSpec, 'scope' | 'name'>): ComponentRecord | undefined {
  try {
    return JSON.parse(readFileSync(componentFiles(component).record, 'utf8')) as ComponentRecord;
  } catch {
    return undefined;
  }
}

/** The record of a component that is alive now. */
export function runningRecord(component: Pick<ComponentSpec, 'scope' | 'name'>): ComponentRecord | undefined {
  const record = readRecord(component);
  return record !== undefined && isAlive(record.identity) ? record : undefined;
}

export function forgetComponent(component: Pick<ComponentSpec, 'scope' | 'name'>): void {
  const files = componentFiles(component);
  rmSync(files.pid, { force: true });
  rmSync(files.record, { force: true });
}

/** The end of a component's log, for an error that must say what the program itself said. */
export function logTail(component: Pick<ComponentSpec, 'scope' | 'name'>, lines = 8): string {
  try {
    return readFileSync(componentFiles(component).log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

export function writeAtomically(path: string, content: string, mode = 0o644): void {
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}
