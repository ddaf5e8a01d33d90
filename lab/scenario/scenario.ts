import { join } from 'node:path';
import { labDown } from '../down.js';
import { repositoryRoot } from '../paths.js';
import { silent, timed, type Progress } from '../progress.js';
import { waitFor } from '../process/wait.js';
import { labSettings, siteNames, type LabSettings, type SiteName } from '../settings.js';
import { labUp } from '../up.js';
import { readAnswers } from './answers.js';
import { installApplication, readPlan, startApplication, stopApplication } from './application.js';
import { writeInstallation } from './installation.js';
import { Load } from './load.js';
import { mainProgram, workerProgram } from './product-paths.js';
import { changeover, runTool, type ToolOptions, type ToolResult } from './tool.js';
import { askJudge, type Verdict } from './verdict.js';
import { SupervisedController, type ControllerSection } from './controller.js';
import { SupervisedWorker } from './worker.js';

export interface ScenarioOptions {
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  readonly settings?: LabSettings;
  /** The product's build; another folder than the repository's own for a sabotaged one. */
  readonly dist?: string;
  readonly noFsync?: boolean;
  readonly outageBudgetMs?: number;
  readonly commandTimeoutMs?: number;
  /** With sealed payloads, JSON log lines and metrics. */
  readonly sealed?: boolean;
  /** With the product's controller, which then adopts the application; its settings. */
  readonly controller?: ControllerSection;
}

/** The sample application under management in a fresh lab: adopted, its worker supervised, a client writing without pause. */
export class Scenario {
  readonly load = new Load();
  readonly worker: SupervisedWorker;
  readonly controller: SupervisedController;
  readonly program: string;
  private readonly progress: Progress;

  constructor(private readonly options: ScenarioOptions = {}) {
    const dist = options.dist ?? join(repositoryRoot(), 'dist');
    this.program = mainProgram(dist);
    this.worker = new SupervisedWorker(workerProgram(dist));
    this.controller = new SupervisedController(this.program);
    this.progress = options.progress ?? silent;
  }

  /** Everything up to the moment when a migration can start. What runs from an earlier lab is ended and forgotten first. */
  async begin(): Promise<void> {
    const { progress, options } = this;
    const settings = options.settings ?? labSettings();
    await labDown({ purge: true });
    await labUp({ progress, settings, ...(options.signal === undefined ? {} : { signal: options.signal }) });
    await timed(progress, 'installed the application orders at east', () => installApplication({ settings, noFsync: options.noFsync ?? false }));
    await writeInstallation({ outageBudgetMs: options.outageBudgetMs ?? 60_000, commandTimeoutMs: options.commandTimeoutMs ?? 5_000, sealed: options.sealed ?? false });
    await timed(progress, 'started the worker', () => this.worker.start());
    options.signal?.throwIfAborted();
    if (options.controller === undefined) await timed(progress, 'adopted orders', () => this.run(['adopt', 'orders']));
    else await timed(progress, 'started the controller, which adopts orders', () => this.beginController());
    await timed(progress, 'started the load client', () => this.load.start());
    options.signal?.throwIfAborted();
  }

  private async beginController(): Promise<void> {
    await this.controller.begin(this.options.controller);
    for (const site of siteNames) await waitFor(async () => (await readPlan(site))?.status?.primaryCluster === 'east', { what: `orders to be adopted at ${site}`, deadlineMs: 60_000 }).catch((error: unknown) => this.controllerFailed(error));
  }

  private controllerFailed(error: unknown): never {
    throw new Error(`${error instanceof Error ? error.message : String(error)}; the controller says:\n${this.controller.log.slice(-3_000)}`);
  }

  /** Runs the product's command; throws for anything but success. */
  async run(args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
    return runTool(this.program, args, options);
  }

  /** Runs the product's command; any exit code is an answer. */
  async try(args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
    return changeover(this.program, args, { signal: this.options.signal, ...options });
  }

  answers(): ReturnType<typeof readAnswers> {
    return readAnswers();
  }

  planAt(site: SiteName): ReturnType<typeof readPlan> {
    return readPlan(site);
  }

  /** Events in the history of the newest run. */
  async historyEvents(): Promise<number> {
    const { stdout } = await this.try(['status', 'orders', '-o', 'json', '--events']);
    return (JSON.parse(stdout) as { historyEvents: number }).historyEvents;
  }

  /** Ends client and application, then asks the judge what is left. */
  async judge(primary?: SiteName): Promise<Verdict> {
    await this.load.stop();
    await stopApplication();
    return askJudge(this.load.recordFile, primary);
  }

  /** Ends everything that this scenario started; with `keep` the lab stays, and the application runs again at its primary. */
  async end(keep = false, primary: SiteName = 'west'): Promise<void> {
    await this.load.stop();
    if (keep) return startApplication(primary);
    await this.controller.stop();
    await this.worker.stop();
    await labDown({ progress: this.progress, purge: true });
  }
}
