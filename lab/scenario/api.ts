import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { scopeFolder } from '../paths.js';
import { apiPort } from '../settings.js';
import { sitesAs } from './account-token.js';
import { productConfigPath } from './product-paths.js';
import { Supervised } from './supervised.js';

/** Settings of the section `api` in its configuration. */
export type ApiSection = Readonly<Record<string, unknown>>;

function configPath(): string {
  return join(scopeFolder('product'), 'api.yaml');
}

/** The product's HTTP API under its own account, supervised. Tokens are those of east's API server. */
export class SupervisedApi extends Supervised {
  readonly url = `http://127.0.0.1:${apiPort}`;

  constructor(program: string) {
    super({ id: 'api', program, args: () => ['api', '--config', configPath()], ready: 'api ready:' });
  }

  /** Makes its account's kubeconfigs and its configuration, then starts it. */
  async begin(section: ApiSection = {}): Promise<void> {
    const config = parse(readFileSync(productConfigPath(), 'utf8')) as { sites: Record<string, object> };
    const api = { listen: `127.0.0.1:${apiPort}`, authentication: { kind: 'kubernetes', site: 'east', audiences: ['changeover'] }, ...section };
    writeFileSync(configPath(), stringify({ ...config, sites: await sitesAs('changeover-api', config.sites), api }));
    await this.start();
  }
}
