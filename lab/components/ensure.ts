import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheHome } from '../paths.js';
import { withLock } from '../process/lock.js';
import { timed, type Progress } from '../progress.js';
import { programCatalog, testProgramCatalog, type Program } from './catalog.js';
import { ensurePackages } from './debian-packages.js';
import { Downloader, downloadBases } from './download.js';
import { findOnPath, findVersionOnPath, isProgram } from './find.js';
import { goBuild, requireGo, sourceHash } from './go-build.js';

/** The paths of every program the lab runs. */
export interface Components {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly temporal: string;
  readonly kubelet: string;
  readonly loadBalancer: string;
  readonly provisioner: string;
  readonly vvrd: string;
  readonly vradmin: string;
  readonly named: string;
  readonly openssl: string;
  readonly nsupdate: string | undefined;
  readonly dig: string | undefined;
  /** For people and tests; the lab itself does without. */
  readonly kubectl: string | undefined;
}

export interface ProvideOptions {
  readonly progress: Progress;
  readonly downloader: Downloader;
  /** The folder programs are kept in: `<cache>/bin`. */
  readonly folder: string;
  /** Compiles one program; a setting so that the path before it can be tested without a compiler. */
  readonly build?: (program: Program, destination: string) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds, fetches or builds every program, in this order each: environment variable, PATH (with the right
 * version), cache, official release, Go build.
 * @throws Error that says what to install when something cannot be had.
 */
export async function ensureComponents(progress: Progress, signal?: AbortSignal): Promise<Components> {
  await ensurePackages(progress);
  const downloader = new Downloader(downloadBases());
  const folder = join(cacheHome(), 'bin');
  try {
    const paths = new Map<string, string>();
    for (const program of programCatalog()) paths.set(program.name, await provideProgram(program, { progress, downloader, folder, signal }));
    const of = (name: string): string => paths.get(name) ?? '';
    return {
      etcd: of('etcd'), kubeApiserver: of('kube-apiserver'), kubeControllerManager: of('kube-controller-manager'),
      kubeScheduler: of('kube-scheduler'), temporal: of('temporal'), kubelet: of('kubelet'), loadBalancer: of('load-balancer'),
      provisioner: of('provisioner'), vvrd: of('vvrd'), vradmin: of('vradmin'),
      named: process.env['CHANGEOVER_NAMED'] ?? required('named'), openssl: required('openssl'),
      nsupdate: findOnPath('nsupdate'), dig: findOnPath('dig'),
      kubectl: process.env['CHANGEOVER_KUBECTL'] ?? findOnPath('kubectl'),
    };
  } finally {
    await downloader.close();
  }
}

/** The programs that tests need beside the lab's, provided in the same way. */
export interface TestPrograms {
  readonly helm: string;
  readonly temporalServer: string;
  readonly temporalSqlTool: string;
  readonly temporalUi: string;
}

export async function ensureTestPrograms(progress: Progress): Promise<TestPrograms> {
  const downloader = new Downloader(downloadBases());
  try {
    const paths = new Map<string, string>();
    for (const program of testProgramCatalog()) paths.set(program.name, await provideProgram(program, { progress, downloader, folder: join(cacheHome(), 'bin') }));
    const of = (name: string): string => paths.get(name) ?? '';
    return { helm: of('helm'), temporalServer: of('temporal-server'), temporalSqlTool: of('temporal-sql-tool'), temporalUi: of('temporal-ui') };
  } finally {
    await downloader.close();
  }
}

/** Gives the path of one program, by the first way that works. */
export async function provideProgram(program: Program, options: ProvideOptions): Promise<string> {
  const named = process.env[program.variable];
  if (named !== undefined && named !== '') {
    if (!isProgram(named)) throw new Error(`${program.variable} names ${named}, which is not a program`);
    return named;
  }
  const found = program.pinned === undefined ? undefined : await findVersionOnPath(program.name, program.pinned.says, program.pinned.asked);
  if (found !== undefined) return found;
  const cached = join(options.folder, `${program.name}-${program.pinned?.version ?? sourceHash(program.build.folder)}`);
  if (isProgram(cached)) return cached;
  mkdirSync(options.folder, { recursive: true });
  const { progress, signal } = options;
  return withLock({ path: join(options.folder, '..', 'build.lock'), what: 'the build', progress, signal }, async () => {
    // Another run may have provided it while this one waited for the lock.
    if (!existsSync(cached) && !(await download(program, cached, options))) await build(program, cached, options);
    return cached;
  });
}

async function download(program: Program, destination: string, options: ProvideOptions): Promise<boolean> {
  const release = program.pinned?.release;
  if (release === undefined) return false;
  try {
    await timed(options.progress, `downloaded ${program.name} ${program.pinned?.version}, checksum verified`, () => options.downloader.fetchProgram(release, destination));
    return true;
  } catch (error) {
    options.progress(`no download of ${program.name}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

async function build(program: Program, destination: string, options: ProvideOptions): Promise<void> {
  const compile = options.build ?? (async (one: Program, to: string) => {
    await requireGo();
    await goBuild(one.build, to, options.signal);
    dropOldVersions(one, to);
  });
  options.progress(`building ${program.name} with Go …`);
  await timed(options.progress, `built ${program.name}`, () => compile(program, destination));
}

/** Our own programs get a new name with each change of their sources; only the last few are worth their room. */
function dropOldVersions(program: Program, newest: string): void {
  if (program.pinned !== undefined) return;
  const versions = readdirSync(dirname(newest)).filter((file) => new RegExp(`^${program.name}-[0-9a-f]{12}$`).test(file))
    .map((file) => join(dirname(newest), file))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  for (const old of versions.slice(4)) rmSync(old, { force: true });
}

function required(program: string): string {
  const path = findOnPath(program);
  if (path === undefined) throw new Error(`${program} not found`);
  return path;
}
