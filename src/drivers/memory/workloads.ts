import type { Plan } from '../../domain/plan.js';
import type { RawObject } from '../../ports/objects.js';
import type { Workloads } from '../../ports/workloads.js';
import { mark } from '../../domain/names.js';
import type { Core } from './core.js';
import { judgeStop } from './law.js';
import { observeApplication } from './observe.js';
import { at, giveBack, keyOf, originalOf, restoreOriginal, setLabel, setNoting } from './raw.js';
import { isScaled, selected } from './selection.js';
import type { SiteState } from './state.js';

const carriesSnapshot: ReadonlySet<string> = new Set(['planned-migration', 'failback']);

export function createWorkloads(core: Core, site: SiteState): Workloads {
  const scaledOf = (plan: Plan) => selected(site, plan.application).filter(isScaled);
  const cronJobsOf = (plan: Plan) => selected(site, plan.application).filter((o) => o.kind === 'CronJob');
  const patch = (object: RawObject, run: string, spec: Record<string, unknown>) =>
    core.change(`${keyOf(object)} on ${site.site}`, () => setNoting(object, run, spec));
  /** An undo, at the source, leaves what someone else set meanwhile. */
  const release = (object: RawObject, plan: Plan): readonly string[] =>
    core.change(`${keyOf(object)} on ${site.site}`, () => {
      if (site.site === plan.source) return giveBack(object);
      restoreOriginal(object);
      return [];
    });

  return {
    observe: async (application, against) => observeApplication(core, site, { application, against }),
    standing: async (application) => observeApplication(core, site, { application, against: null }),
    room: async () => structuredClone(site.room),
    webhooks: async () => structuredClone(site.webhooks),
    ensureFrozen: async (plan, work) => {
      const live = cronJobsOf(plan).filter((o) => at(o, 'spec', 'suspend') !== true);
      for (const cronJob of live) {
        await work.guard();
        patch(cronJob, plan.run, { suspend: true });
      }
      return cronJobsOf(plan).filter((o) => originalOf(o) !== null).map(keyOf);
    },
    ensureThawed: async (plan, work) => {
      const frozen = cronJobsOf(plan).filter((o) => originalOf(o) !== null);
      const left: string[] = [];
      for (const cronJob of frozen) {
        await work.guard();
        left.push(...release(cronJob, plan));
        const writer = site.ownership.get(plan.unit.name)?.writer;
        if (writer !== undefined && writer !== site.site) core.law.break(`${keyOf(cronJob)} was thawed on ${site.site}, whose record says that ${writer ?? 'nobody'} may write.`);
      }
      return [...frozen.map(keyOf), ...left];
    },
    ensureStopped: async (plan, work) => {
      for (const workload of scaledOf(plan)) {
        if (at(workload, 'spec', 'replicas') === 0) continue;
        await work.guard();
        if (site.site === plan.source && carriesSnapshot.has(plan.procedure)) judgeStop(core, site, { id: plan.run, target: plan.target });
        patch(workload, plan.run, { replicas: 0 });
        core.change(`${keyOf(workload)} on ${site.site}`, () => setLabel(workload, mark.run, workload.metadata.labels?.[mark.run] ?? plan.run));
      }
      work.report(`waiting until no pod mounts the claims on ${site.site}`);
      await core.until(work.signal, () => (site.pods.length === 0 && site.foreignMounters.length === 0 ? true : undefined));
      return scaledOf(plan).map(keyOf);
    },
    ensureStarted: async (plan, work) => {
      const left: string[] = [];
      for (const workload of scaledOf(plan).filter((w) => originalOf(w) !== null)) {
        await work.guard();
        left.push(...release(workload, plan));
      }
      work.report(`waiting until the workloads are Ready on ${site.site}`);
      const isReady = (w: RawObject) => site.pods.filter((p) => p.workload === w.metadata.name && p.ready).length >= Number(at(w, 'spec', 'replicas') ?? 1);
      await core.until(work.signal, () => (scaledOf(plan).every(isReady) ? true : undefined));
      return [...scaledOf(plan).map(keyOf), ...left];
    },
  };
}
