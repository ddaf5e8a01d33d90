import { ChangeoverError } from '../../domain/errors.js';
import { mark } from '../../domain/names.js';
import type { Plan } from '../../domain/plan.js';
import type { Objects, RawObject } from '../../ports/objects.js';
import { cleaned, inert, pointedAt } from './carry.js';
import type { Core } from './core.js';
import { referencesOf } from './observe.js';
import { at, canonical, keyOf, originalOf, setLabel, textAt } from './raw.js';
import { isScaled, selected, volumesOf } from './selection.js';
import type { SiteState } from './state.js';
import { createVolumes } from './volumes.js';

export function createObjects(core: Core, site: SiteState): Objects {
  const ofRun = (object: RawObject) => object.metadata.labels?.[mark.run] ?? null;
  const strangersOf = (wanted: readonly RawObject[]) =>
    wanted.filter((object) => {
      const there = site.objects.get(keyOf(object));
      return there !== undefined && ofRun(there) === null && object.kind !== 'PersistentVolume' && canonical(cleaned(there)) !== canonical(cleaned(object));
    });
  return {
    ...createVolumes(core, site),
    capture: async (plan) => {
      const objects = selected(site, plan.application).filter((o) => o.metadata.labels?.[mark.exclude] === undefined);
      return { namespace: plan.application.namespace, objects: [...objects, ...volumesOf(site, plan.application)].map(cleaned), references: referencesOf(objects) };
    },
    ensureStaged: async (plan, capture, work) => {
      const wanted = capture.objects.map((object) => inert(object.kind === 'PersistentVolume' ? pointedAt(object, plan, site.site) : object, plan.run));
      const strangers = strangersOf(wanted);
      if (strangers.length > 0) throw new ChangeoverError('Refused', `Objects stand on ${site.site} without our mark and differ.`, { reasons: strangers.map((o) => `${keyOf(o)} stands on ${site.site} without our mark.`) });
      const result = { created: 0, unchanged: 0, adopted: [] as string[] };
      for (const object of wanted) {
        const there = site.objects.get(keyOf(object));
        if (there === undefined) {
          await work.guard();
          core.change(`${keyOf(object)} on ${site.site}`, () => site.objects.set(keyOf(object), object));
          result.created += 1;
        } else if (ofRun(there) === null) result.adopted.push(keyOf(object));
        else if (canonical(cleaned(there)) === canonical(cleaned(object))) result.unchanged += 1;
        else {
          await work.guard();
          core.change(`${keyOf(object)} on ${site.site}`, () => refresh(site, there, object));
          result.unchanged += 1;
        }
      }
      return result;
    },
    compareStaged: async (plan, capture) => {
      const found = capture.objects.map((object) => ({ wanted: inert(object.kind === 'PersistentVolume' ? pointedAt(object, plan, site.site) : object, plan.run), there: site.objects.get(keyOf(object)) }));
      const isAlive = found.some(({ there }) => there !== undefined && isScaled(there) && originalOf(there) === null);
      const differs = ({ wanted, there }: (typeof found)[number]) => there !== undefined && ofRun(there) !== null && canonical(cleaned(there)) !== canonical(cleaned(wanted));
      return {
        missing: found.filter(({ there }) => there === undefined).map(({ wanted }) => keyOf(wanted)),
        changed: isAlive ? [] : found.filter(differs).map(({ wanted }) => keyOf(wanted)),
      };
    },
    ensureUnstaged: async (plan, work) => {
      const mine = [...site.objects.values()].filter((o) => ofRun(o) === plan.run && o.metadata.labels?.[mark.staged] !== undefined);
      const left: string[] = [];
      let removed = 0;
      for (const object of mine) {
        const why = whyKept(site, object);
        if (why !== null) {
          left.push(`${keyOf(object)}: ${why}`);
          continue;
        }
        await work.guard();
        core.change(`${keyOf(object)} on ${site.site}`, () => site.objects.delete(keyOf(object)));
        removed += 1;
      }
      const empty = ![...site.objects.values()].some((o) => o.metadata.namespace === plan.application.namespace);
      const { namespace } = plan.application;
      if (site.namespaces.get(namespace)?.labels[mark.run] === plan.run && empty) core.change(`namespace on ${site.site}`, () => site.namespaces.delete(namespace));
      return { removed, left };
    },
    assertVolumesBound: async (plan) => {
      for (const volume of plan.volumes) {
        const claim = site.objects.get(`PersistentVolumeClaim/${volume.claim}`);
        const pv = site.objects.get(`PersistentVolume/${textAt(claim, 'spec', 'volumeName') ?? ''}`);
        const handle = textAt(pv, 'spec', 'csi', 'volumeHandle');
        if (handle !== volume.handles[site.site]) throw new ChangeoverError('ObjectChanged', `Claim ${volume.claim} on ${site.site} leads to ${handle ?? 'no volume'}, not to ${volume.handles[site.site] ?? 'any'}.`);
      }
    },
    ensureSettled: async (plan, work) => {
      // At the new writer our marks go; what stands by elsewhere keeps one, so that the way back knows it is ours.
      const staysBehind = site.ownership.get(plan.unit.name)?.writer !== site.site;
      for (const object of [...site.objects.values()].filter((o) => belongs(plan, o))) {
        if (staysBehind ? ofRun(object) !== null : ofRun(object) === null) continue;
        await work.guard();
        core.change(`${keyOf(object)} on ${site.site}`, () => {
          setLabel(object, mark.staged, null);
          setLabel(object, mark.run, staysBehind ? plan.run : null);
        });
      }
    },
  };
}

function belongs(plan: Plan, object: RawObject): boolean {
  return object.metadata.namespace === plan.application.namespace || plan.volumes.some((v) => v.persistentVolume === object.metadata.name);
}

/** What stands from an earlier run takes the new content and keeps that run's mark: this run did not create it. */
function refresh(site: SiteState, there: RawObject, object: RawObject): void {
  const labels = { ...object.metadata.labels, [mark.run]: there.metadata.labels?.[mark.run] ?? '' };
  site.objects.set(keyOf(object), { ...object, metadata: { ...object.metadata, labels } });
}

/** A PV, or a claim whose PV, is not Retain is left: removing it would remove the data. */
function whyKept(site: SiteState, object: RawObject): string | null {
  if (object.kind !== 'PersistentVolume' && object.kind !== 'PersistentVolumeClaim') return null;
  const pv = object.kind === 'PersistentVolume' ? object : site.objects.get(`PersistentVolume/${textAt(object, 'spec', 'volumeName') ?? ''}`);
  if (pv === undefined) return null;
  return at(pv, 'spec', 'persistentVolumeReclaimPolicy') === 'Retain' ? null : 'its volume is not Retain';
}

