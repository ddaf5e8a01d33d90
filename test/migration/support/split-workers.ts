import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { siteNames, sites } from '../../../lab/settings.js';
import { kubeconfigPath } from '../../../lab/site/kubeconfig.js';
import { productConfigPath, workerProgram } from '../../../lab/scenario/product-paths.js';

interface Config {
  sites: Record<string, { kubeconfig: string; snapshots: { privateKey: string; publicKey: string } }>;
  zones: { key: string }[];
}

const NOT_HERE = 'not-on-this-machine';

/** The configuration of one of the workers. */
export function configOf(name: string): string {
  return join(dirname(productConfigPath()), `${name}.yaml`);
}

/** The safe installation: a worker for each site with its own files only, and a control worker with none. */
export class SplitWorkers {
  private readonly children: ChildProcess[] = [];

  async start(): Promise<void> {
    await Promise.all([
      ...siteNames.map((site) =>
        this.spawn(site, ['--sites', site, '--no-control'], (config) => {
          for (const peer of siteNames.filter((one) => one !== site)) {
            const settings = config.sites[peer];
            if (settings === undefined) continue;
            settings.kubeconfig = kubeconfigPath(sites[peer], 'changeover-copies');
            settings.snapshots.privateKey = NOT_HERE;
          }
        }),
      ),
      this.spawn('control', ['--sites', 'none'], (config) => {
        for (const [site, settings] of Object.entries(config.sites)) Object.assign(settings, { kubeconfig: `${NOT_HERE}-${site}`, snapshots: { privateKey: NOT_HERE, publicKey: NOT_HERE } });
        for (const zone of config.zones) zone.key = NOT_HERE;
      }),
    ]);
  }

  async stop(): Promise<void> {
    const running = this.children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ended = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGTERM');
    await Promise.all(ended);
  }

  /** Resolves when the worker says that it polls; fails with what it said when it ended instead. */
  private async spawn(name: string, args: readonly string[], change: (config: Config) => void): Promise<void> {
    const config = parse(readFileSync(productConfigPath(), 'utf8')) as Config;
    change(config);
    const path = configOf(name);
    writeFileSync(path, stringify(config));
    const child = spawn(process.execPath, [workerProgram(), '--config', path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.children.push(child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (text: string): void => {
        said += text;
        if (said.includes('worker ready:')) resolve();
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      child.once('exit', (code) => reject(new Error(`the worker ${name} ended with ${code}: ${said.slice(-1500)}`)));
    });
  }
}
