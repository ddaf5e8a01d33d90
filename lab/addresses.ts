import { nameServers, siteNames, sites, temporalPorts } from './settings.js';
import { updateKeyPath } from './names/names.js';
import { kubeconfigPath } from './site/kubeconfig.js';

/** Where a person reaches the lab, a line each. */
export function addresses(): string {
  return [
    `Temporal UI     http://127.0.0.1:${temporalPorts.ui}  (gRPC 127.0.0.1:${temporalPorts.grpc})`,
    ...siteNames.map((site) => `${site} as admin   kubectl --kubeconfig '${kubeconfigPath(sites[site], 'admin')}' get pods -A`),
    `name servers    dig -p ${nameServers.primary.port} @${nameServers.primary.address} orders.example.test  (secondary @${nameServers.secondary.address})`,
    `update key      ${updateKeyPath()}`,
  ].join('\n');
}
