import { groupOf, type Core, type LawBook } from './core.js';
import { canWrite, linkIsUp } from './consequences.js';
import { at, originalOf } from './raw.js';
import { recordKey, type SiteState } from './state.js';

/** The law as the world sees it: some of it holds at every moment, the rest when a run has come to rest. */

export function createLawBook(): LawBook {
  const broken: string[] = [];
  return {
    broken,
    acknowledged: [],
    break: (sentence) => {
      if (!broken.includes(sentence)) broken.push(sentence);
    },
  };
}

/** Checked after every change. */
export function assertAlways(core: Core, what: string): void {
  const writers = [...core.sites.values()].filter((s) => canWrite(core, s)).map((s) => s.site);
  if (writers.length > 1) core.law.break(`${writers.join(' and ')} can write at once (after ${what}).`);
}

/** The site that the update master's forward records name, or null. */
export function namedSite(core: Core): string | null {
  const master = core.names.servers[0];
  const answers = ['A', 'AAAA'].flatMap((type) => master?.records.get(recordKey(core.application.host, type))?.values ?? []);
  if (answers.length === 0) return null;
  return [...core.sites.values()].find((s) => answers.every((a) => s.addresses.includes(a)))?.site ?? null;
}

/** Acknowledged writes that the site's data does not hold. */
export function lostAt(core: Core, site: SiteState): readonly string[] {
  const group = groupOf(core, site);
  if (group === null) return [];
  const there = new Set(group.data);
  return core.law.acknowledged.filter((id) => !there.has(id));
}

/** `status.primaryCluster` says `primary` from now on: the last thing to change, the new primary's own object first (law 6). */
export function judgeStatusChange(core: Core, site: SiteState, primary: string): void {
  const target = core.sites.get(primary);
  const { unit } = core.application;
  if (target === undefined) return core.law.break(`status.primaryCluster on ${site.site} names ${primary}, which is no site.`);
  if (site.plans.get(unit)?.object.statusPrimary == null) return;
  if (target.ownership.get(unit)?.writer !== primary) core.law.break(`status.primaryCluster on ${site.site} became ${primary} before its record says that it may write.`);
  if (!canWrite(core, target)) core.law.break(`status.primaryCluster on ${site.site} became ${primary} before the application runs there.`);
  if (namedSite(core) !== primary) core.law.break(`status.primaryCluster on ${site.site} became ${primary} before the names lead there.`);
  if (site.site !== primary && target.reachable && target.plans.get(unit)?.object.statusPrimary !== primary) {
    core.law.break(`status.primaryCluster became ${primary} on ${site.site} before it did on ${primary}.`);
  }
}

/** Law 2, when pods of the writer are stopped by a run that carries a snapshot to `target`. */
export function judgeStop(core: Core, site: SiteState, run: { id: string; target: string }): void {
  const target = core.sites.get(run.target);
  const id = target?.tags.get(`${core.application.unit}/${run.id}`);
  const snapshot = id === undefined ? undefined : target?.snapshots.get(id);
  if (snapshot === undefined || snapshot.damaged) core.law.break(`The application was stopped on ${site.site} before a sound, tagged snapshot stood at ${run.target}.`);
}

/** What must hold when a run has ended and `serves` is the site that has the application. */
export function judgeRest(core: Core, expected: { serves: string; away?: readonly string[] }): readonly string[] {
  const { unit } = core.application;
  const reasons: string[] = [];
  const say = (holds: boolean, sentence: string) => void (holds || reasons.push(sentence));
  for (const site of core.sites.values()) {
    if (expected.away?.includes(site.site) === true) continue;
    const record = site.ownership.get(unit);
    say(record?.writer === expected.serves, `The record on ${site.site} says that ${record?.writer ?? 'nobody'} may write, not ${expected.serves}.`);
    say(record?.run == null && (record?.phase ?? 'free') === 'free', `The record on ${site.site} is still held by ${record?.run ?? 'a phase'} (${record?.phase ?? ''}).`);
    const plan = site.plans.get(unit);
    say(plan?.object.statusPrimary === expected.serves, `status.primaryCluster on ${site.site} is ${plan?.object.statusPrimary ?? 'empty'}, not ${expected.serves}.`);
    say(plan?.object.specPrimary === expected.serves, `spec.primaryCluster on ${site.site} is ${plan?.object.specPrimary ?? 'empty'}, not ${expected.serves}.`);
    say(site.keptPlans.size === 0, `A plan is still kept on ${site.site}.`);
    say(site.groupLocks.size === 0, `The roles of a volume group on ${site.site} are still locked.`);
    say(Object.keys(plan?.transient ?? {}).length === 0, `The plan on ${site.site} still shows transient status.`);
    reasons.push(...(site.site === expected.serves ? servingReasons(core, site) : standingReasons(core, site)));
  }
  say(namedSite(core) === expected.serves, `The names lead to ${namedSite(core) ?? 'no site'}, not ${expected.serves}.`);
  return reasons;
}

function servingReasons(core: Core, site: SiteState): readonly string[] {
  const reasons: string[] = [];
  const say = (holds: boolean, sentence: string) => void (holds || reasons.push(sentence));
  const group = groupOf(core, site);
  say(canWrite(core, site), `The application does not run on ${site.site}.`);
  say(site.fences.get(core.application.unit)?.on !== true, `The fence is on at ${site.site}, which serves.`);
  say(group === null || group.role === 'primary', `The volume group is ${group?.role ?? ''} on ${site.site}, which serves.`);
  for (const object of site.objects.values()) {
    if (object.kind === 'PersistentVolume' || originalOf(object) === null) continue;
    reasons.push(`${object.kind}/${object.metadata.name} on ${site.site} was not given its original back.`);
  }
  for (const record of core.names.servers.flatMap((s) => [...s.records.values()])) {
    const isOurs = record.name === core.application.host;
    say(!isOurs || record.ttlSeconds === core.application.ttlSeconds, `${record.name} ${record.type} still has a TTL of ${record.ttlSeconds} s.`);
  }
  return [...new Set(reasons)];
}

function standingReasons(core: Core, site: SiteState): readonly string[] {
  const reasons: string[] = [];
  const group = groupOf(core, site);
  if (site.pods.length > 0) reasons.push(`${site.pods.length} pod(s) of the application run on ${site.site}, which does not serve.`);
  if (site.fences.get(core.application.unit)?.on === false) reasons.push(`The fence is off at ${site.site}, which does not serve.`);
  if (group !== null && linkIsUp(core) && group.role !== 'secondary') reasons.push(`The volume group is ${group.role} on ${site.site}, which does not serve.`);
  for (const object of site.objects.values()) {
    if (object.kind === 'CronJob' && at(object, 'spec', 'suspend') !== true) reasons.push(`CronJob/${object.metadata.name} is live on ${site.site}, which does not serve.`);
  }
  return reasons;
}
