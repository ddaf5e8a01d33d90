import { ChangeoverError } from '../domain/errors.js';
import { defaultOptions } from '../domain/request.js';
import { apiSettings } from '../settings/api.js';
import { openGate } from './gate.js';
import { createServer } from './server.js';
import type { ApiVerbs } from './verbs.js';

/** The OpenAPI document of the routes as they are, for the repository. Nothing listens. */
export async function apiDocument(): Promise<{ readonly file: string; readonly text: string }> {
  const app = await createServer({
    verbs: nobody,
    gate: openGate('nobody'),
    installation: { sites: [], planNamespace: 'infoscale-vtas', defaults: defaultOptions },
    limits: apiSettings.parse({}).limits,
  });
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await app.close();
  return { file: 'docs/openapi.json', text };
}

const never = (): never => {
  throw new ChangeoverError('Bug', 'A document asks nothing.');
};

/** The routes are described, never called. */
const nobody: ApiVerbs = { start: never, assess: never, recover: never, preflight: never, runs: never, run: never, status: never, decide: never, follow: never, plans: never, plan: never, sites: never, ready: never, record: never, pastRuns: never };
