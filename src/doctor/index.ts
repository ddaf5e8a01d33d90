import type { Client } from '@temporalio/client';
import type { Config } from '../config.js';
import { createKube, type OwnedKube } from '../drivers/kubernetes/client.js';
import { looked, notHere, wrong, type Finding } from './finding.js';
import { examineKeys, textOf } from './keys.js';
import { examineNames } from './names.js';
import { examineRecord } from './record.js';
import { examineSite, type SiteLook } from './site.js';
import { examineTemporal } from './temporal.js';

export { isHealthy, type Finding, type Result } from './finding.js';

export interface Examination {
  readonly config: Config;
  /** Makes a client of Temporal; a failure is a finding like any other. */
  readonly connect: () => Promise<Client>;
  /** Sites that must be reachable from here; of others it is only said that they are not. */
  readonly required: readonly string[];
}

/** Looks at the whole installation as far as it can be seen from here, everything at once, and changes nothing. */
export async function examine({ config, connect, required }: Examination): Promise<readonly Finding[]> {
  const ids = Object.keys(config.sites);
  const kubes: OwnedKube[] = [];
  try {
    const [temporal, sites, keys, names, record] = await Promise.all([
      temporalFindings(config, ids, connect),
      Promise.all(Object.entries(config.sites).map(async ([site, settings]): Promise<SiteLook> => {
        const of = { area: 'sites', subject: site } as const;
        if (textOf(settings.kubeconfig) === null) {
          const says = `its kubeconfig ${settings.kubeconfig} cannot be read here`;
          return { site, clusterUid: null, findings: [required.includes(site) ? wrong(of, says, `Put it there, or correct sites.${site}.kubeconfig.`) : notHere(of, says, `Run changeover doctor beside ${site}.`)] };
        }
        let look: SiteLook = { site, clusterUid: null, findings: [] };
        const failed = await looked(of, async () => {
          const kube = createKube({ site, kubeconfig: settings.kubeconfig });
          kubes.push(kube);
          look = await examineSite(site, { kube, config, settings });
          return [];
        });
        return { ...look, findings: [...look.findings, ...failed] };
      })),
      Promise.all(Object.entries(config.sites).map(async ([site, settings]) => examineKeys(site, settings))),
      Promise.all(config.zones.map(examineNames)),
      examineRecord(config),
    ]);
    return [...temporal, ...sites.flatMap(({ findings }) => findings), ...distinct(sites), ...keys.flat(), ...names.flat(), ...record];
  } finally {
    await Promise.all(kubes.map((kube) => kube.close()));
  }
}

async function temporalFindings(config: Config, sites: readonly string[], connect: () => Promise<Client>): Promise<readonly Finding[]> {
  return looked({ area: 'temporal', subject: config.temporal.address }, async () => {
    const client = await connect();
    try {
      return await examineTemporal(client, sites);
    } finally {
      await client.connection.close();
    }
  });
}

/** Two sites that are one cluster would fence and delete each other. */
function distinct(sites: readonly SiteLook[]): readonly Finding[] {
  return sites.flatMap(({ site, clusterUid }, index) => {
    const twin = sites.slice(0, index).find((other) => clusterUid !== null && other.clusterUid === clusterUid);
    return twin === undefined ? [] : [wrong({ area: 'sites', subject: site }, `the same cluster as ${twin.site}: ${clusterUid}`, 'One of the two kubeconfigs leads to the wrong cluster.')];
  });
}
