/** `npm run bench -- SUBJECT`: each subject is measured in labs of its own and says what its numbers do not show. */
import { labStatus } from '../lab/status.js';
import { benchApi } from './api/main.js';
import { benchController } from './controller/main.js';
import { benchOutage } from './outage.js';
import { benchPrediction } from './prediction.js';

const subjects = {
  outage: { bench: benchOutage, about: 'how much longer than a bare script the product keeps the application away' },
  controller: { bench: benchController, about: 'how soon the controller answers a patch, and what it asks while nothing happens' },
  api: { bench: benchApi, about: 'the HTTP API with 200 runs listed and 50 who follow one' },
  prediction: { bench: benchPrediction, about: 'how far the predicted outage is from the real one' },
} as const;

const usage = `Usage: npm run bench -- SUBJECT [--help]

${Object.entries(subjects).map(([name, { about }]) => `  ${name.padEnd(12)}${about}`).join('\n')}`;

async function main([subject = '--help', ...rest]: readonly string[]): Promise<number> {
  if (subject === '--help' || subject === '-h') {
    console.log(usage);
    return 0;
  }
  const known = Object.entries(subjects).find(([name]) => name === subject)?.[1];
  if (known === undefined) throw new Error(`there is nothing called ${subject} to measure\n\n${usage}`);
  const isAsked = rest.includes('--help') || rest.includes('-h');
  if (!isAsked && (await labStatus()).components.some((component) => component.pid !== undefined)) {
    throw new Error('a lab is running already: end it with `npm run lab -- down`');
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  return known.bench(rest, interrupted.signal);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
