import { nameServers, siteNames, sitePorts, sites, temporalPorts } from '../settings.js';
import type { ListenAddress } from '../process/ports.js';

/** A link of the lab: who dials `from` reaches `to`, unless the link is switched. */
export interface LinkDefinition {
  readonly name: string;
  readonly from: ListenAddress;
  readonly to: ListenAddress;
}

/** Every link of the lab. `vvr-<site>` leads into that site's vvrd; all others belong to the worker. */
export function linkCatalog(): readonly LinkDefinition[] {
  const local = (port: number): ListenAddress => ({ host: '127.0.0.1', port });
  const perSite = siteNames.flatMap((name) => {
    const ports = sitePorts(sites[name]);
    return [
      { name: `api-${name}`, from: local(ports.apiserverLink), to: local(ports.apiserver) },
      { name: `vvr-${name}`, from: local(ports.vvrdLink), to: local(ports.vvrd) },
    ];
  });
  const names = (['primary', 'secondary'] as const).map((role) => ({
    name: `dns-${role}`,
    from: { host: nameServers[role].link, port: nameServers[role].port },
    to: { host: nameServers[role].address, port: nameServers[role].port },
  }));
  return [...perSite, { name: 'temporal', from: local(temporalPorts.link), to: local(temporalPorts.grpc) }, ...names];
}
