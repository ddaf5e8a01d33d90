import { others, type Core } from './core.js';
import { at, textAt } from './raw.js';
import type { Group, Pod, SiteState } from './state.js';
import { isFenced } from './fence.js';
import { podTemplateClaims, podTemplateLabels, workloadsOf } from './selection.js';

/** What follows by itself from a change: pods come and go, volumes mount, data and zones are replicated. */
export function follow(core: Core): void {
  for (const site of core.sites.values()) {
    if (site.powered) runPods(core, site);
    else for (const pod of site.pods) Object.assign(pod, { mounted: false, ready: false });
  }
  replicate(core);
  transferZones(core);
}

function runPods(core: Core, site: SiteState): void {
  for (const workload of workloadsOf(core, site)) {
    const name = workload.metadata.name;
    const desired = Number(at(workload, 'spec', 'replicas') ?? 1);
    const live = site.pods.filter((p) => p.workload === name && !p.terminating);
    for (const pod of live.slice(desired)) Object.assign(pod, { terminating: true, ready: false });
    for (let n = live.length; n < desired; n++) startPod(core, site, { workload: name, labels: podTemplateLabels(workload), claims: podTemplateClaims(workload) });
  }
  const wanted = new Set(workloadsOf(core, site).map((w) => w.metadata.name));
  for (const pod of site.pods) if (!wanted.has(pod.workload)) pod.terminating = true;
  if (!site.holdPods) site.pods = site.pods.filter((p) => !p.terminating);
  for (const pod of site.pods) settle(core, site, pod);
}

/** Admission asks the fence, and nothing else; the storage role decides later whether it can write. */
function startPod(core: Core, site: SiteState, of: Pick<Pod, 'workload' | 'claims'> & { labels: Readonly<Record<string, string>> }): void {
  if (isFenced(site, core.application.namespace, of)) {
    site.denied += 1;
    return;
  }
  const record = site.ownership.get(core.application.unit);
  if (record !== undefined && record.writer !== site.site) {
    core.law.break(`A pod of ${of.workload} was admitted on ${site.site}, whose record says that ${record.writer ?? 'nobody'} may write.`);
  }
  site.pods.push({ name: `${of.workload}-${nextPod(site, of.workload)}`, workload: of.workload, claims: of.claims, mounted: false, ready: false, terminating: false });
}

function nextPod(site: SiteState, workload: string): number {
  const taken = new Set(site.pods.map((p) => p.name));
  let n = 0;
  while (taken.has(`${workload}-${n}`)) n += 1;
  return n;
}

function settle(core: Core, site: SiteState, pod: Pod): void {
  const writable = pod.claims.every((claim) => volumeIsWritable(core, site, claim));
  if (writable && !pod.terminating) pod.mounted = true;
  pod.ready = writable && !pod.terminating && site.notReady === null;
}

export function handleOf(site: SiteState, claim: string): string | null {
  const pv = textAt(site.objects.get(`PersistentVolumeClaim/${claim}`), 'spec', 'volumeName');
  return pv === null ? null : textAt(site.objects.get(`PersistentVolume/${pv}`), 'spec', 'csi', 'volumeHandle');
}

function volumeIsWritable(core: Core, site: SiteState, claim: string): boolean {
  const handle = handleOf(site, claim);
  const group = site.groups.get(core.application.rvg);
  return handle !== null && group?.role === 'primary' && group.volumes.some((v) => v.name === handle);
}

export function openVolumes(site: SiteState): readonly string[] {
  const handles = site.pods.filter((p) => p.mounted).flatMap((p) => p.claims.map((c) => handleOf(site, c)));
  return [...new Set(handles.filter((h) => h !== null))].toSorted();
}

/** A site can write when a pod of it runs and, where there is data, mounts a volume of a Primary. */
export function canWrite(core: Core, site: SiteState): boolean {
  const group = site.groups.get(core.application.rvg);
  if (!site.powered) return false;
  return site.pods.some((p) => (p.claims.length === 0 || group === undefined ? p.ready : p.mounted && group.role === 'primary'));
}

export function linkIsUp(core: Core): boolean {
  return core.link.connected && [...core.sites.values()].every((s) => s.storageReachable && s.powered);
}

/** Whether a Secondary's data lacks what the Primary's holds. */
export function behindBy(primary: Group, secondary: Group): number {
  const there = new Set(secondary.data);
  return primary.data.filter((id) => !there.has(id)).length;
}

function replicate(core: Core): void {
  if (core.link.lags || !linkIsUp(core)) return;
  for (const site of core.sites.values()) {
    for (const group of site.groups.values()) {
      if (group.role !== 'primary' || group.needsResync === true) continue;
      for (const peer of others(core, site)) {
        const there = peer.groups.get(group.rvg);
        if (there?.role === 'secondary') there.data = [...group.data];
      }
    }
  }
}

function transferZones(core: Core): void {
  const [master, ...secondaries] = core.names.servers;
  if (master === undefined) return;
  for (const server of secondaries) if (!server.lags && server.reachable) server.records = new Map(master.records);
}
