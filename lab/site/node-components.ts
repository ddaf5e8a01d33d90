import { join } from 'node:path';
import { checkSocketPath, repositoryRoot, scopeFolder, toolFolder, vvrdSocket } from '../paths.js';
import { nodeNames, sitePorts, type SiteSettings } from '../settings.js';
import type { Components } from '../components/ensure.js';
import type { ComponentSpec } from '../process/component.js';
import { component } from './control-plane.js';
import { kubeconfigPath, pkiFolder } from './kubeconfig.js';
import { vvrdConfigPath } from './vvrd-config.js';

/** The VVR simulator of the site. */
export function vvrdSpec(site: SiteSettings, components: Components): ComponentSpec {
  const ports = sitePorts(site);
  const folder = scopeFolder(site.name);
  checkSocketPath(vvrdSocket(site.name));
  return component(site, 'vvrd', {
    command: components.vvrd,
    ports: [ports.vvrd],
    args: [
      '--site', site.name, '--state-dir', join(folder, 'vvr'), '--volumes-dir', join(folder, 'volumes'),
      '--listen', `127.0.0.1:${ports.vvrd}`, '--config', vvrdConfigPath(site),
    ],
  });
}

/** The process kubelet of the site's node 1 or 2. */
export function kubeletSpec(site: SiteSettings, components: Components, number: 1 | 2): ComponentSpec {
  const node = nodeNames(site)[number - 1] ?? '';
  const port = sitePorts(site).kubelet[number - 1] ?? 0;
  const pki = (file: string): string => join(pkiFolder(site), file);
  return component(site, `kubelet-${number}`, {
    command: components.kubelet,
    ports: [port],
    args: [
      '--kubeconfig', kubeconfigPath(site, `node-${number}`), '--node', node, '--site', site.name,
      '--pod-cidr', `${site.podNetwork}.${number}`, '--port', String(port),
      '--serving-cert', pki('kubelet.crt'), '--serving-key', pki('kubelet.key'), '--client-ca', pki('ca.crt'),
      '--vvrd-socket', vvrdSocket(site.name), '--state-dir', join(scopeFolder(site.name), 'pods', node),
      ...exposedFolders().flatMap((folder) => ['--expose', folder]),
      '--expose-infoscale', join(scopeFolder(site.name), 'vvr'),
    ],
  });
}

export function loadBalancerSpec(site: SiteSettings, components: Components): ComponentSpec {
  return component(site, 'load-balancer', {
    command: components.loadBalancer,
    ports: [],
    args: ['--kubeconfig', kubeconfigPath(site, 'load-balancer'), '--address', site.address4, '--address', site.address6],
  });
}

export function provisionerSpec(site: SiteSettings, components: Components): ComponentSpec {
  return component(site, 'provisioner', {
    command: components.provisioner,
    ports: [],
    args: ['--kubeconfig', kubeconfigPath(site, 'provisioner'), '--vvrd-socket', vvrdSocket(site.name), '--site', site.name],
  });
}

/** What every pod sees of the host, read-only and under the same path, beside the system's own folders. */
function exposedFolders(): string[] {
  const root = repositoryRoot();
  const node = join(process.execPath, '..', '..');
  return [
    toolFolder(), join(root, 'dist'), join(root, 'node_modules'), join(root, 'package.json'),
    // Node may be installed outside /usr, which pods see anyway.
    ...(node.startsWith('/usr') ? [] : [node]),
  ];
}
