import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { scopeFolder } from '../paths.js';
import { nodeNames, sitePorts, sites, type SiteSettings } from '../settings.js';
import { writeAtomically } from '../process/component.js';

const mebibyte = 1024 * 1024;

/** The sample application's volume group; a volume's name is its CSI handle too (the lab's convention). */
export const ordersVolumes = ['orders-ledger-vol', 'orders-index-vol'] as const;

export function vvrdConfigPath(site: SiteSettings): string {
  return join(scopeFolder(site.name), 'vvr', 'config.json');
}

/** Writes what vvrd starts from. Roles in it hold for the first start only; afterwards vvrd's own state does. */
export function writeVvrdConfig(site: SiteSettings): void {
  const peer = sites[site.peer];
  mkdirSync(join(scopeFolder(site.name), 'vvr'), { recursive: true });
  mkdirSync(join(scopeFolder(site.name), 'volumes'), { recursive: true });
  writeAtomically(vvrdConfigPath(site), `${JSON.stringify({
    site: site.name,
    host: `${site.name}-vvr.example.test`,
    diskGroup: site.diskGroup,
    logOwner: nodeNames(site)[0],
    // The peer is dialled through the link that leads into it, so that replication can be cut.
    peers: [{ site: peer.name, host: `${peer.name}-vvr.example.test`, diskGroup: peer.diskGroup, dial: `127.0.0.1:${sitePorts(peer).vvrdLink}` }],
    rvgs: [{
      name: 'orders_rvg', srl: 'orders_srl', srlSizeBytes: 256 * mebibyte,
      volumes: ordersVolumes.map((name) => ({ name, sizeBytes: 64 * mebibyte, dcm: true })),
      role: site.name === 'east' ? 'primary' : 'secondary',
      protection: 'autodcm', latency: 'off', mode: 'asynchronous', secondaries: [sites.west.name],
    }],
  }, undefined, 2)}\n`);
}
