/** `npm run golden`: tells every procedure and outcome on a Temporal server of its own and keeps the histories, which the fast tests replay. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { ensureComponents } from '../components/ensure.js';
import { repositoryRoot } from '../paths.js';
import { silent } from '../progress.js';
import { searchAttributes } from '../temporal/temporal.js';
import { tales, type Tale } from './tales.js';
import { Teller, type Recorded } from './teller.js';

async function main(only: readonly string[]): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
  const { temporal } = await ensureComponents(silent);
  const env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: temporal }, log: { level: 'error', format: 'pretty' }, extraArgs: searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]) } });
  const folder = join(repositoryRoot(), 'test', 'golden', 'histories');
  mkdirSync(folder, { recursive: true });
  const chosen = tales.filter(({ name }) => only.length === 0 || only.includes(name));
  try {
    for (const tale of chosen) {
      const teller = new Teller(env, join(repositoryRoot(), 'dist', 'workflow-bundle.js'), tale.world ?? {});
      await teller.begin();
      const recorded = await told(tale, teller);
      for (const file of readdirSync(folder).filter((one) => new RegExp(`^${tale.name}\\.\\d+\\.json\\.gz$`).test(one))) rmSync(join(folder, file));
      for (const [position, { json, type, events }] of recorded.entries()) {
        const file = `${tale.name}.${position + 1}.json.gz`;
        writeFileSync(join(folder, file), gzipSync(json, { level: 9 }));
        console.log(`${file.padEnd(44)}${type.padEnd(20)}${events} events`);
      }
    }
  } finally {
    await env.teardown();
  }
}

async function told(tale: Tale, teller: Teller): Promise<readonly Recorded[]> {
  try {
    return await tale.tell(teller);
  } finally {
    await teller.end();
  }
}

await main(process.argv.slice(2));
