/** One site of the lab: names, ports (all on 127.0.0.1) and addresses. */
export interface SiteSettings {
  readonly name: SiteName;
  readonly peer: SiteName;
  /** Base port B: etcd B and B+1, API server B+2, controller manager B+3, scheduler B+4, kubelets B+5 and B+6. */
  readonly basePort: number;
  /** The site's loopback network for pods, the first two octets. */
  readonly podNetwork: string;
  readonly address4: string;
  readonly address6: string;
  readonly diskGroup: string;
}

export type SiteName = 'east' | 'west';

export const sites: Readonly<Record<SiteName, SiteSettings>> = {
  east: {
    name: 'east', peer: 'west', basePort: 21000, podNetwork: '127.10',
    address4: '127.10.0.80', address6: 'fd00:ea57::80', diskGroup: 'vrts_kube_dg-east',
  },
  west: {
    name: 'west', peer: 'east', basePort: 22000, podNetwork: '127.20',
    address4: '127.20.0.80', address6: 'fd00:3e57::80', diskGroup: 'vrts_kube_dg-west',
  },
};

export const siteNames: readonly SiteName[] = ['east', 'west'];

/** Ports of a site, by use. */
export function sitePorts(site: SiteSettings) {
  const base = site.basePort;
  return {
    etcd: base, etcdPeer: base + 1, apiserver: base + 2, controllerManager: base + 3, scheduler: base + 4,
    kubelet: [base + 5, base + 6] as const, apiserverLink: base + 12, vvrd: base + 20, vvrdLink: base + 21,
  } as const;
}

/** The nodes of a site, in order: `east-1`, `east-2`. */
export function nodeNames(site: SiteSettings): readonly string[] {
  return [`${site.name}-1`, `${site.name}-2`];
}

export const nameServers = {
  primary: { address: '127.0.53.1', link: '127.0.53.11', port: 5353 },
  secondary: { address: '127.0.53.2', link: '127.0.53.12', port: 5353 },
} as const;

/** What has to stand on the loopback interface for BIND. */
export const nameServerAddresses: readonly string[] = [nameServers.primary.address, nameServers.secondary.address];

export const temporalPorts = { grpc: 17233, ui: 18233, link: 17234, metrics: 17264, serverMetrics: 17265 } as const;
export const linksControlPort = 19000;
/** Where the product's HTTP API listens, when a scenario has it. */
export const apiPort = 18480;

/** What a person may set about the lab; each comes from one environment variable. */
export interface LabSettings {
  /** CHANGEOVER_LAB_TTL: seconds on every record of the lab's zones. */
  readonly ttlSeconds: number;
  /** CHANGEOVER_LAB_ATTACH_REQUIRED (true/false): CSIDriver.spec.attachRequired on both sites. */
  readonly attachRequired: boolean;
  /** CHANGEOVER_LAB_AUDIT (true/false): each API server writes down what the product's accounts ask of it. */
  readonly audit: boolean;
}

/** Reads the settings. @throws Error with every fault at once. */
export function labSettings(env: NodeJS.ProcessEnv = process.env): LabSettings {
  const faults: string[] = [];
  const ttlSeconds = Number(env['CHANGEOVER_LAB_TTL'] ?? '5');
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1) faults.push('CHANGEOVER_LAB_TTL must be a whole number of seconds from 1 up');
  const attach = env['CHANGEOVER_LAB_ATTACH_REQUIRED'] ?? 'false';
  if (attach !== 'true' && attach !== 'false') faults.push('CHANGEOVER_LAB_ATTACH_REQUIRED must be true or false');
  const audit = env['CHANGEOVER_LAB_AUDIT'] ?? 'false';
  if (audit !== 'true' && audit !== 'false') faults.push('CHANGEOVER_LAB_AUDIT must be true or false');
  if (faults.length > 0) throw new Error(faults.join('; '));
  return { ttlSeconds, attachRequired: attach === 'true', audit: audit === 'true' };
}
