import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { scopeFolder } from '../../../lab/paths.js';
import { accountToken } from '../../../lab/scenario/account-token.js';
import { productConfigPath, workerProgram } from '../../../lab/scenario/product-paths.js';
import { Supervised } from '../../../lab/scenario/supervised.js';
import { kubeconfigPath, writeKubeconfig } from '../../../lab/site/kubeconfig.js';
import { siteNames, sitePorts, sites, temporalPorts } from '../../../lab/settings.js';

const user = 'second-worker';

interface Config {
  readonly sites: Readonly<Record<string, object>>;
  readonly temporal: object;
}

/**
 * Another worker of the same build on the same queues, with tokens of its own for the same account: an audit log tells the two apart.
 * It goes to Temporal and to the API servers past the links, which are the first one's alone.
 */
export class SecondWorker extends Supervised {
  constructor() {
    super({ id: user, program: workerProgram(), args: () => ['--config', configPath()], ready: 'worker ready:' });
  }

  /** By which a command goes the second one's way. */
  get env(): Readonly<Record<string, string>> {
    return { CHANGEOVER_CONFIG: configPath() };
  }

  /** Makes its tokens and its configuration; the lab must be up. */
  async prepare(): Promise<void> {
    const config = parse(readFileSync(productConfigPath(), 'utf8')) as Config;
    for (const name of siteNames) {
      const token = await accountToken(name, { namespace: 'changeover-system', account: 'changeover' });
      writeKubeconfig({ site: sites[name], user, port: sitePorts(sites[name]).apiserver, credential: { token } });
    }
    const own = Object.fromEntries(siteNames.map((name) => [name, { ...config.sites[name], kubeconfig: kubeconfigPath(sites[name], user) }]));
    writeFileSync(configPath(), stringify({ ...config, temporal: { ...config.temporal, address: `127.0.0.1:${temporalPorts.grpc}` }, sites: own }));
  }
}

function configPath(): string {
  return join(scopeFolder('product'), `${user}.yaml`);
}
