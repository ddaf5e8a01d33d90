import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { scopeFolder } from '../../../lab/paths.js';
import { accountToken } from '../../../lab/scenario/account-token.js';
import { productConfigPath, workerProgram } from '../../../lab/scenario/product-paths.js';
import { Supervised } from '../../../lab/scenario/supervised.js';
import { auditLog } from '../../../lab/site/audit.js';
import { kubeconfigPath, writeKubeconfig } from '../../../lab/site/kubeconfig.js';
import { siteNames, sitePorts, sites, type SiteName } from '../../../lab/settings.js';

const user = 'second-worker';

/** Another worker of the same build on the same queues, with tokens of its own for the same account: an audit log tells the two apart. */
export class SecondWorker extends Supervised {
  constructor() {
    super({ id: user, program: workerProgram(), args: () => ['--config', configPath()], ready: 'worker ready:' });
  }

  override async start(): Promise<void> {
    const config = parse(readFileSync(productConfigPath(), 'utf8')) as { sites: Record<string, object> };
    for (const name of siteNames) {
      const token = await accountToken(name, { namespace: 'changeover-system', account: 'changeover' });
      writeKubeconfig({ site: sites[name], user, port: sitePorts(sites[name]).apiserverLink, credential: { token } });
    }
    const own = Object.fromEntries(siteNames.map((name) => [name, { ...config.sites[name], kubeconfig: kubeconfigPath(sites[name], user) }]));
    writeFileSync(configPath(), stringify({ ...config, sites: own }));
    await super.start();
  }
}

function configPath(): string {
  return join(scopeFolder('product'), `${user}.yaml`);
}

interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly user: { readonly extra?: Readonly<Record<string, readonly string[]>> };
  readonly responseStatus?: { readonly code?: number };
}

/** The id of the token that a user's kubeconfig holds, as an audit log names it (`JTI=…`). */
function credentialOf(site: SiteName, of: string): string {
  const token = /token: *"?([\w.-]+)/.exec(readFileSync(kubeconfigPath(sites[site], of), 'utf8'))?.[1] ?? '';
  const { jti } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { jti: string };
  return `JTI=${jti}`;
}

const changingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** What the first worker changed at a site since a moment (unix ms), as `VERB URI`: dry runs and questions about rights change nothing. */
export function changedByFirst(site: SiteName, since: number): readonly string[] {
  const first = credentialOf(site, 'changeover');
  return readFileSync(auditLog(sites[site]), 'utf8').split('\n').filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ user: who }) => who.extra?.['authentication.kubernetes.io/credential-id']?.includes(first) === true)
    .filter(({ verb, requestURI, responseStatus, requestReceivedTimestamp }) => changingVerbs.has(verb) && !/dryRun=|\/apis\/auth/.test(requestURI) && (responseStatus?.code ?? 0) < 300 && Date.parse(requestReceivedTimestamp) >= since)
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}
