import { INFOSCALE_GROUP, SYSTEM_NAMESPACE } from '../domain/names.js';
import { findForeignManagers } from '../drivers/infoscale/foreign-managers.js';
import { createPlans } from '../drivers/infoscale/plans.js';
import { dataReplications, dnsObjects, drPlans, memberships } from '../drivers/infoscale/resources.js';
import { tryMakeSecret } from '../drivers/kubernetes/try-secret.js';
import { servesPolicies } from '../drivers/kubernetes/fence.js';
import { readUser } from '../drivers/kubernetes/identity.js';
import { pathOf, type Kube } from '../drivers/kubernetes/kube.js';
import { recordsIn } from '../drivers/kubernetes/ownership-record.js';
import { missingRights } from '../drivers/kubernetes/rights.js';
import type { Config, SiteConfig } from '../config.js';
import { looked, notHere, ok, wrong, type Finding } from './finding.js';

/** Clocks may differ by this before anybody has to act; the time that the API server writes has whole seconds. */
const CLOCK_LIMIT_SECONDS = 5;

const OURS = `system:serviceaccount:${SYSTEM_NAMESPACE}:changeover`;
const COPIES = `${OURS}-copies`;
/** Accounts of ours that look at DR plans and move nothing. */
const others = [`${OURS}-controller`, `${OURS}-api`];

export interface SiteLook {
  readonly site: string;
  /** Null when the cluster could not be asked. */
  readonly clusterUid: string | null;
  readonly findings: readonly Finding[];
}

/** Everything about one site that its API server can answer. Changes nothing: what writes is a dry run. */
export async function examineSite(site: string, { kube, config, settings }: { kube: Kube; config: Config; settings: SiteConfig }): Promise<SiteLook> {
  const of = { area: 'sites', subject: site } as const;
  let clusterUid: string | null = null;
  const reached = await looked(of, async () => {
    const user = await readUser(kube);
    if (user === COPIES) return notHere(of, `reached as ${user}, which may only leave copies of snapshots`, `Run changeover doctor beside ${site} for the rest.`);
    if (user !== settings.user && others.includes(user)) return notHere(of, `reached as ${user}, which is not the site worker's account`, `Run changeover doctor with the configuration of the worker of ${site}.`);
    const [uid, version] = await Promise.all([kube.clusterUid(), kube.serverVersion()]);
    clusterUid = uid;
    if (user !== settings.user) return wrong(of, `reached as ${user}, not as ${settings.user}`, `Use the kubeconfig of the worker's account, or write the account into sites.${site}.user.`);
    return ok(of, `Kubernetes ${version}, cluster ${uid}, reached as ${user}`);
  });
  const [first] = reached;
  if (first === undefined || clusterUid === null || first.result === 'not-here') return { site, clusterUid, findings: [...reached, ...(first?.says.includes(COPIES) === true ? await copies(site, kube) : [])] };
  const uid: string = clusterUid;
  const found = await Promise.all([
    looked(of, () => membership(kube)),
    looked(of, () => ownership(kube, uid)),
    looked(of, () => rights(kube, config, settings)),
    looked(of, () => fence(kube)),
    looked(of, () => definitions(kube)),
    looked(of, () => foreign(kube)),
    looked(of, () => storage(kube, settings)),
    copies(site, kube),
  ]);
  return { site, clusterUid, findings: [...reached, ...found.flat()] };
}

/** The snapshots' place takes what we write, and the API server's clock, which it wrote on it. */
async function copies(site: string, kube: Kube): Promise<readonly Finding[]> {
  const of = { area: 'keys', subject: site } as const;
  return looked(of, async () => {
    const before = Date.now();
    const said = (await tryMakeSecret(kube)).getTime();
    const apart = Math.round(said < before - 1000 ? (said - before) / 1000 : Math.max(0, (said - Date.now()) / 1000));
    const clock = { area: 'clocks', subject: site } as const;
    const together = Math.abs(apart) <= CLOCK_LIMIT_SECONDS;
    return [
      ok(of, `${SYSTEM_NAMESPACE} takes Secrets (tried without making one)`),
      together ? ok(clock, `the API server's clock and this one are at most ${Math.max(1, Math.abs(apart))} s apart`) : wrong(clock, `the API server's clock is ${Math.abs(apart)} s ${apart > 0 ? 'ahead of' : 'behind'} this one`, 'Set both clocks by NTP: proofs expire by the clock, and signatures of DNS updates too.'),
    ];
  });
}

/** A site is what InfoScale calls it: kubeconfigs that were swapped show here. */
async function membership(kube: Kube): Promise<Finding> {
  const of = { area: 'sites', subject: kube.site } as const;
  const found = await createPlans(kube).membership();
  if (found === null) return notHere(of, 'InfoScale has no GlobalClusterMembership here, so nothing says which site this cluster is', 'Compare the cluster with your own books before the first adoption.');
  return found.localCluster === kube.site ? ok(of, `InfoScale calls this cluster ${found.localCluster}`) : wrong(of, `InfoScale calls this cluster ${found.localCluster}`, 'The kubeconfig leads to another site, or the site has another clusterID in the configuration.');
}

async function ownership(kube: Kube, clusterUid: string): Promise<Finding> {
  const of = { area: 'sites', subject: kube.site } as const;
  const records = recordsIn(await kube.list(pathOf({ group: '', version: 'v1', plural: 'configmaps' }, SYSTEM_NAMESPACE)), kube.site);
  const foreign = records.filter((record) => record.clusterUid !== clusterUid);
  if (foreign.length > 0) return wrong(of, `the ownership records of ${foreign.map(({ unit }) => unit).join(', ')} are pinned to cluster ${foreign[0]?.clusterUid}, and this is ${clusterUid}`, 'Either the kubeconfig leads to the wrong cluster, or the cluster was made anew and its units must be adopted again.');
  if (records.length === 0) return ok(of, 'no unit is adopted here yet');
  return ok(of, `adopted: ${records.map(({ unit, writer, run, epoch }) => `${unit} (writer ${writer ?? 'nobody'}, epoch ${epoch}${run === null ? '' : `, run ${run}`})`).join(', ')}`);
}

async function rights(kube: Kube, config: Config, settings: SiteConfig): Promise<Finding> {
  const of = { area: 'sites', subject: kube.site } as const;
  const { replication } = settings;
  const missing = await missingRights(kube, { namespace: config.planNamespace, kinds: [], storageNamespace: replication.driver === 'none' ? null : replication.namespace });
  return missing.length === 0 ? ok(of, 'every right is given') : wrong(of, `missing rights: ${missing.join('; ')}`, 'Apply deploy/ on this cluster; what is missing there belongs to the application and is granted by a ClusterRole of yours.');
}

async function fence(kube: Kube): Promise<Finding> {
  const of = { area: 'sites', subject: kube.site } as const;
  return (await servesPolicies(kube)) ? ok(of, 'fences can be set: ValidatingAdmissionPolicy v1 is served') : wrong(of, 'no fence can be set: ValidatingAdmissionPolicy v1 is not served', 'Kubernetes 1.30 or newer is needed.');
}

async function definitions(kube: Kube): Promise<Finding> {
  const of = { area: 'sites', subject: kube.site } as const;
  const served = await kube.discover(true);
  const missing = [drPlans, dataReplications, dnsObjects, memberships].filter((kind) => !served.some((one) => one.group === kind.group && one.version === kind.version && one.plural === kind.plural));
  return missing.length === 0 ? ok(of, `the DR objects are served (${INFOSCALE_GROUP}/v1)`) : wrong(of, `not served: ${missing.map(({ plural }) => `${plural}.${INFOSCALE_GROUP}`).join(', ')}`, 'InfoScale brings them; where it does not, apply deploy/crds.');
}

async function foreign(kube: Kube): Promise<Finding> {
  const of = { area: 'sites', subject: kube.site } as const;
  const managers = await findForeignManagers(kube);
  return managers.length === 0 ? ok(of, 'no other DR manager has left a trace') : wrong(of, `another DR manager is here: ${managers.join(', ')}`, 'Two masters of one object must never be: remove it, or do not use Changeover here.');
}

async function storage(kube: Kube, { replication }: SiteConfig): Promise<Finding> {
  const of = { area: 'sites', subject: kube.site } as const;
  if (replication.driver === 'none') return ok(of, 'no replicated storage is configured');
  const pods = await kube.list(pathOf({ group: '', version: 'v1', plural: 'pods' }, replication.namespace), { labelSelector: replication.podSelector });
  const running = pods.filter((pod) => (pod['status'] as { phase?: string } | undefined)?.phase === 'Running');
  return running.length > 0 ? ok(of, `${running.length} pods of InfoScale run in ${replication.namespace}`) : wrong(of, `no pod with ${replication.podSelector} runs in ${replication.namespace}`, `Correct sites.${kube.site}.replication.namespace or podSelector.`);
}
