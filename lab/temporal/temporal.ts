import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { scopeFolder } from '../paths.js';
import { temporalPorts } from '../settings.js';
import type { ComponentSpec } from '../process/component.js';
import type { Starter } from '../process/starter.js';

const run = promisify(execFile);

/** What a run can be searched by in Temporal's UI; all of type Keyword. */
export const searchAttributes = [
  'ChangeoverPlan', 'ChangeoverSource', 'ChangeoverTarget', 'ChangeoverPhase', 'ChangeoverOutcome',
] as const;

export function temporalSpec(temporal: string): ComponentSpec {
  return {
    id: 'temporal', scope: 'temporal', name: 'temporal',
    command: temporal,
    args: [
      'server', 'start-dev', '--db-filename', join(scopeFolder('temporal'), 'temporal.db'), '--log-level', 'warn',
      '--ip', '127.0.0.1', '--port', String(temporalPorts.grpc),
      '--ui-ip', '127.0.0.1', '--ui-port', String(temporalPorts.ui), '--metrics-port', String(temporalPorts.serverMetrics),
      ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ],
    listens: [{ host: '127.0.0.1', port: temporalPorts.grpc }, { host: '127.0.0.1', port: temporalPorts.ui }, { host: '127.0.0.1', port: temporalPorts.serverMetrics }],
  };
}

/** Starts the development server with its UI; the database is kept from one start to the next. */
export async function temporalUp(starter: Starter, temporal: string): Promise<void> {
  mkdirSync(scopeFolder('temporal'), { recursive: true });
  const address = `127.0.0.1:${temporalPorts.grpc}`;
  await starter.ensure(temporalSpec(temporal), async () => {
    await run(temporal, ['operator', 'cluster', 'health', '--address', address], { timeout: 5000 });
    return true;
  });
}
