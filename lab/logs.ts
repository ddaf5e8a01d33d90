import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { allComponents, findComponent } from './component-list.js';
import { componentFiles } from './process/component.js';

export interface LogsOptions {
  /** One component's id; every component's log where nothing is named. */
  readonly component?: string | undefined;
  readonly follow: boolean;
}

/** Shows logs by tail(1); with `follow` until interrupted. Resolves to tail's exit code. */
export function showLogs(options: LogsOptions): Promise<number> {
  const chosen = options.component === undefined ? allComponents() : [findComponent(options.component)];
  const files = chosen.map((one) => componentFiles(one).log).filter((file) => existsSync(file));
  if (files.length === 0) throw new Error('there are no logs: the lab was never up');
  const lines = options.component === undefined ? '20' : '200';
  const tail = spawn('tail', ['-n', lines, ...(options.follow ? ['-F'] : []), ...files], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    tail.once('error', reject);
    tail.once('exit', (code) => resolve(code ?? 0));
  });
}
