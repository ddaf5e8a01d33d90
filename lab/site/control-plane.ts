import { join } from 'node:path';
import { scopeFolder } from '../paths.js';
import { sitePorts, type SiteSettings } from '../settings.js';
import type { Components } from '../components/ensure.js';
import type { ComponentSpec } from '../process/component.js';
import { kubeconfigPath, pkiFolder } from './kubeconfig.js';

const loopback = '127.0.0.1';

/** etcd without fsync: the lab's data may go with the machine, and a disk's mood must not stand in its numbers. */
export function etcdSpec(site: SiteSettings, components: Components): ComponentSpec {
  const ports = sitePorts(site);
  const client = `http://${loopback}:${ports.etcd}`;
  const peer = `http://${loopback}:${ports.etcdPeer}`;
  return component(site, 'etcd', {
    command: components.etcd,
    ports: [ports.etcd, ports.etcdPeer],
    args: [
      '--name', site.name, '--data-dir', join(scopeFolder(site.name), 'etcd'),
      '--listen-client-urls', client, '--advertise-client-urls', client,
      '--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `${site.name}=${peer}`,
      '--unsafe-no-fsync', '--log-level=warn',
    ],
  });
}

export function apiserverSpec(site: SiteSettings, components: Components, flags: readonly string[] = []): ComponentSpec {
  const ports = sitePorts(site);
  const pki = (file: string): string => join(pkiFolder(site), file);
  return component(site, 'apiserver', {
    command: components.kubeApiserver,
    ports: [ports.apiserver],
    args: [
      `--etcd-servers=http://${loopback}:${ports.etcd}`, `--bind-address=${loopback}`, `--secure-port=${ports.apiserver}`,
      // A loopback address is no valid endpoint of the Service `kubernetes`; without these two it is retried for ever.
      `--advertise-address=${loopback}`, '--endpoint-reconciler-type=none',
      `--cert-dir=${join(scopeFolder(site.name), 'certs')}`,
      `--tls-cert-file=${pki('apiserver.crt')}`, `--tls-private-key-file=${pki('apiserver.key')}`, `--client-ca-file=${pki('ca.crt')}`,
      `--service-account-issuer=https://${loopback}:${ports.apiserver}`,
      `--service-account-key-file=${pki('sa.pub')}`, `--service-account-signing-key-file=${pki('sa.key')}`,
      '--authorization-mode=RBAC', '--service-cluster-ip-range=10.0.0.0/24', '--allow-privileged=true', '--profiling=false',
      `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`, `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
      `--kubelet-certificate-authority=${pki('ca.crt')}`,
      // The default begins with the node's host name, which nothing here resolves.
      '--kubelet-preferred-address-types=InternalIP',
      ...flags,
    ],
  });
}

export function controllerManagerSpec(site: SiteSettings, components: Components): ComponentSpec {
  const kubeconfig = kubeconfigPath(site, 'kcm');
  const port = sitePorts(site).controllerManager;
  // Off: what needs a cloud or a node network, and attach-detach, whose part the lab's kubelet plays.
  const off = [
    'node-ipam-controller', 'node-route-controller', 'service-lb-controller', 'cloud-node-lifecycle-controller',
    'persistentvolume-attach-detach-controller', 'certificatesigningrequest-signing-controller',
    'certificatesigningrequest-approving-controller', 'certificatesigningrequest-cleaner-controller',
  ];
  return component(site, 'kcm', {
    command: components.kubeControllerManager,
    ports: [port],
    args: [
      `--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`, `--authorization-kubeconfig=${kubeconfig}`,
      `--bind-address=${loopback}`, `--secure-port=${port}`, `--cert-dir=${join(scopeFolder(site.name), 'certs-kcm')}`,
      '--leader-elect=false', '--authentication-skip-lookup=true', '--use-service-account-credentials=false',
      `--service-account-private-key-file=${join(pkiFolder(site), 'sa.key')}`, `--root-ca-file=${join(pkiFolder(site), 'ca.crt')}`,
      '--pvclaimbinder-sync-period=1s', '--profiling=false', '--kube-api-qps=200', '--kube-api-burst=400',
      `--controllers=*,${off.map((name) => `-${name}`).join(',')}`,
    ],
  });
}

export function schedulerSpec(site: SiteSettings, components: Components): ComponentSpec {
  const kubeconfig = kubeconfigPath(site, 'scheduler');
  const port = sitePorts(site).scheduler;
  return component(site, 'scheduler', {
    command: components.kubeScheduler,
    ports: [port],
    args: [
      `--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`, `--authorization-kubeconfig=${kubeconfig}`,
      `--bind-address=${loopback}`, `--secure-port=${port}`, `--cert-dir=${join(scopeFolder(site.name), 'certs-sched')}`,
      '--leader-elect=false', '--authentication-skip-lookup=true', '--kube-api-qps=200', '--kube-api-burst=400',
    ],
  });
}

/** A component of a site whose ports are all on 127.0.0.1. */
export function component(site: SiteSettings, name: string, how: {
  readonly command: string; readonly args: readonly string[]; readonly ports: readonly number[]; readonly env?: Readonly<Record<string, string>>;
}): ComponentSpec {
  const { ports, ...rest } = how;
  return { id: `${name}-${site.name}`, scope: site.name, name, listens: ports.map((port) => ({ host: loopback, port })), ...rest };
}
