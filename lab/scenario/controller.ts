import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { scopeFolder } from '../paths.js';
import { waitFor } from '../process/wait.js';
import { siteNames, sitePorts, sites } from '../settings.js';
import { kubeconfigPath, writeKubeconfig } from '../site/kubeconfig.js';
import { withApi } from './application.js';
import { productConfigPath } from './product-paths.js';
import { Supervised } from './supervised.js';

const account = 'changeover-controller';

/** Settings of the section `controller` in its configuration. */
export type ControllerSection = Readonly<Record<string, unknown>>;

function configPath(): string {
  return join(scopeFolder('product'), 'controller.yaml');
}

/** The product's controller under its own account, supervised. A second one, with another id, competes with the first. */
export class SupervisedController extends Supervised {
  constructor(program: string, id = 'controller') {
    super({ id, program, args: () => ['controller', '--config', configPath()], ready: ' watches the plans of ' });
  }

  /** Makes its account's kubeconfigs and its configuration, then starts it. */
  async launch(section: ControllerSection = {}): Promise<void> {
    await writeControllerConfig(section);
    await this.start();
  }

  /** The same, until it leads both sites. */
  async begin(section: ControllerSection = {}): Promise<void> {
    await this.launch(section);
    await this.awaitLead();
  }

  /** Waits until it leads every site since it was started last. */
  async awaitLead(): Promise<void> {
    await waitFor(async () => siteNames.every((site) => (this.log.split(' watches the plans of ').at(-1) ?? '').includes(`site=${site} leads`)), { what: 'the controller to lead both sites', deadlineMs: 30_000 });
  }
}

async function writeControllerConfig(section: ControllerSection): Promise<void> {
  for (const name of siteNames) {
    const path = `/api/v1/namespaces/changeover-system/serviceaccounts/${account}/token`;
    const value = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 24 * 3600 } };
    const { status } = await withApi(name, async (api) => (await api.request('POST', path, { value })) as { status: { token: string } });
    writeKubeconfig({ site: sites[name], user: account, port: sitePorts(sites[name]).apiserverLink, credential: { token: status.token } });
  }
  const config = parse(readFileSync(productConfigPath(), 'utf8')) as { sites: Record<string, object> };
  const ownSites = Object.fromEntries(siteNames.map((name) => [name, { ...config.sites[name], kubeconfig: kubeconfigPath(sites[name], account) }]));
  writeFileSync(configPath(), stringify({ ...config, sites: ownSites, controller: { leaseSeconds: 3, ...section } }));
}
