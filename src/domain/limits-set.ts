import { callFields, callLimitName, limitTable, moods, type LimitValues } from './limit-table.js';
import { limits, type CallLimits, type Mood } from './limits.js';
import { defaultOptions, type RunOptions } from './request.js';

/** A limit that is not the usual one, as it is sealed into a plan: it does not change while the run is under way. */
export interface SetLimit {
  readonly name: string;
  readonly ms: number;
  readonly from: 'plan' | 'site';
  /** Where it holds; null: everywhere. */
  readonly site: string | null;
}

interface Sources {
  readonly plan: LimitValues;
  /** By site, as the worker of each has it; the target's say what is of the whole run. */
  readonly sites: Readonly<Record<string, LimitValues>>;
  readonly target: string;
  /** Options that the requester named: they come before plan and site. */
  readonly named: readonly string[];
}

/** Everything that is set and not the usual: a request before the plan, the plan before a site, a site before what is usual. */
export function limitsSet({ plan, sites, target, named }: Sources): readonly SetLimit[] {
  return limitTable.flatMap(({ name, scope }): readonly SetLimit[] => {
    if (scope === 'site' || named.includes(name)) return [];
    const ms = plan[name];
    if (ms !== undefined) return [{ name, ms, from: 'plan', site: null }];
    return Object.entries(sites).flatMap(([site, values]) => {
      const own = values[name];
      return own === undefined || (scope === 'run' && site !== target) ? [] : [{ name, ms: own, from: 'site' as const, site }];
    });
  });
}

/** How patient calls at a site are in a run with these limits. */
export function callLimits(mood: Mood, site: string, set: readonly SetLimit[]): CallLimits {
  const own = callFields.flatMap((field) => {
    const found = valueOf(set, callLimitName(mood, field), site);
    return found === null ? [] : [[field, found.ms] as const];
  });
  return own.length === 0 ? limits[mood] : { ...limits[mood], ...Object.fromEntries(own) };
}

/** The options of a run with these limits. */
export function optionsWith(options: RunOptions, set: readonly SetLimit[]): RunOptions {
  const of = (name: 'outageBudgetMs' | 'commandTimeoutMs'): number => set.find((one) => one.name === name)?.ms ?? options[name];
  return { ...options, outageBudgetMs: of('outageBudgetMs'), commandTimeoutMs: of('commandTimeoutMs') };
}

/** Limits that are each within their bounds and do not go together, a sentence each. */
export function contradictions(options: RunOptions, set: readonly SetLimit[], sites: readonly string[]): readonly string[] {
  const { commandTimeoutMs } = optionsWith(options, set);
  return sites.flatMap((site) => {
    // What nobody set goes together; it is not judged again.
    const ofCalls = moods.flatMap((mood) => (set.some(({ name }) => name.startsWith(`${mood}.`)) ? contradictionsOf(mood, site, callLimits(mood, site, set)) : []));
    const swap = callLimits('cross', site, set).startToClose;
    const isSet = set.some(({ name }) => name === 'commandTimeoutMs' || name === 'cross.startToCloseMs');
    return isSet && commandTimeoutMs >= swap ? [...ofCalls, `commandTimeoutMs (${commandTimeoutMs}) must be less than cross.startToCloseMs (${swap}) at ${site}: the command would be given up before its time.`] : ofCalls;
  });
}

function contradictionsOf(mood: Mood, site: string, { heartbeat, startToClose, retryFrom, retryAtMost, scheduleToClose }: CallLimits): readonly string[] {
  const name = (field: (typeof callFields)[number]) => callLimitName(mood, field);
  return [
    ...(heartbeat < startToClose ? [] : [`${name('heartbeat')} (${heartbeat}) must be less than ${name('startToClose')} (${startToClose}) at ${site}.`]),
    ...(retryFrom <= retryAtMost ? [] : [`${name('retryFrom')} (${retryFrom}) must be at most ${name('retryAtMost')} (${retryAtMost}) at ${site}.`]),
    ...(scheduleToClose === null || startToClose <= scheduleToClose ? [] : [`${name('startToClose')} (${startToClose}) must be at most ${name('scheduleToClose')} (${scheduleToClose}) at ${site}.`]),
  ];
}

/** A limit as preflight shows it. */
export interface ShownLimit {
  readonly name: string;
  readonly value: number | null;
  readonly unit: 'ms';
  /** `configuration`: the installation's defaults. */
  readonly from: 'default' | 'configuration' | 'request' | 'site' | 'plan';
  /** Where it holds; null: everywhere. */
  readonly site: string | null;
}

/** Every limit of a run between these sites, whoever set it. */
export function shownLimits(options: RunOptions, set: readonly SetLimit[], { sites, named }: Pick<Sources, 'sites' | 'named'>): readonly ShownLimit[] {
  return limitTable.flatMap(({ name, scope, usualMs }): readonly ShownLimit[] => {
    const own = set.filter((one) => one.name === name).map(({ ms, from, site }): ShownLimit => ({ name, value: ms, unit: 'ms', from, site }));
    if (scope === 'run') return own.length > 0 ? own : [ofRun(name as 'outageBudgetMs' | 'commandTimeoutMs', options, named)];
    const atSites = scope === 'call' ? own : Object.entries(sites).flatMap(([site, values]) => (values[name] === undefined ? [] : [{ name, value: values[name], unit: 'ms', from: 'site', site } as const]));
    const isWhole = atSites.some(({ site }) => site === null) || Object.keys(sites).every((site) => atSites.some((one) => one.site === site));
    return isWhole ? atSites : [...atSites, { name, value: usualMs, unit: 'ms', from: 'default', site: null }];
  });
}

function ofRun(name: 'outageBudgetMs' | 'commandTimeoutMs', options: RunOptions, named: readonly string[]): ShownLimit {
  const from = named.includes(name) ? 'request' : options[name] === defaultOptions[name] ? 'default' : 'configuration';
  return { name, value: options[name], unit: 'ms', from, site: null };
}

function valueOf(set: readonly SetLimit[], name: string, site: string): SetLimit | null {
  return set.find((one) => one.name === name && (one.site === null || one.site === site)) ?? null;
}
