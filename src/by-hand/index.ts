import type { Config } from '../config.js';
import { lookAt } from '../domain/assessment.js';
import type { ByHandFacts, HandStep, Place } from '../domain/by-hand/facts.js';
import { linesByHand } from '../domain/by-hand/lines.js';
import { ChangeoverError } from '../domain/errors.js';
import type { Plan } from '../domain/plan.js';
import { outward, type Assessment } from '../domain/recovery.js';
import type { UnitRef } from '../domain/request.js';
import { createKube, type OwnedKube } from '../drivers/kubernetes/client.js';
import { heldAt, recordAt, remainsOf, roleOf } from './read.js';

export interface ByHand {
  readonly assessment: Assessment;
  /** The site that the lines bring to service; null: there are no lines, and `why` says why. */
  readonly serves: string | null;
  readonly why: string;
  readonly steps: readonly HandStep[];
}

/**
 * Reads every site itself, without Temporal and without a worker, and writes the lines by which a person brings the service back.
 * Changes nothing. The kubeconfigs of the configuration are used, and stand in the lines.
 */
export async function byHand(config: Config, unit: UnitRef): Promise<ByHand> {
  const kubes = new Map<string, OwnedKube>(Object.entries(config.sites).map(([site, { kubeconfig }]) => [site, createKube({ site, kubeconfig })]));
  try {
    const all = [...kubes.values()];
    const remains = await Promise.all(all.map((kube) => remainsOf(kube, unit)));
    const { assessment, plan } = await lookAt(unit, remains, (found) => Promise.all([found.source, found.target].map((site) => roleOf(kubeOf(kubes, site), found, config))));
    const none = (why: string): ByHand => ({ assessment, serves: null, why, steps: [] });
    if (plan === null) return none(assessment.reasons.join(' '));
    const { advice, sites } = assessment;
    if (advice === null || advice.kind === 'held') return none(`The roles must be settled first (${advice?.reason ?? 'unknown'}), with the storage's own commands. Then print again.`);
    const busy = sites.filter(({ liveCommands }) => liveCommands > 0).map(({ site }) => site);
    if (busy.length > 0) return none(`A role command is at work on ${busy.join(', ')}. When it has ended, print again.`);
    const serves = primaryOf(plan, assessment);
    const steps = linesByHand(await factsOf({ kubes, config, plan, serves }));
    return { assessment, serves, why: '', steps };
  } finally {
    await Promise.all([...kubes.values()].map((kube) => kube.close()));
  }
}

/** Roles that need nobody have one Primary. Without replicated volumes the line is passed exactly where `forward` is the first way. */
function primaryOf(plan: Plan, { sites, advice }: Assessment): string {
  const primary = sites.find(({ role }) => role === 'primary');
  if (primary !== undefined) return primary.site;
  const first = advice?.kind === 'open' ? advice.ways[0] : undefined;
  const { source, target } = outward(plan);
  return first === 'forward' ? target : source;
}

async function factsOf({ kubes, config, plan, serves }: { kubes: ReadonlyMap<string, OwnedKube>; config: Config; plan: Plan; serves: string }): Promise<ByHandFacts> {
  const [records, { held, stashes }] = await Promise.all([
    Promise.all(plan.members.map(async (site) => [site, await recordAt(kubeOf(kubes, site), plan.unit.name)] as const)),
    heldAt(kubeOf(kubes, serves), plan.application),
  ]);
  const there = outward(plan);
  return {
    plan: there,
    serves,
    namesMoved: plan.procedure === 'turn-back' || serves === there.target,
    records: Object.fromEntries(records.flatMap(([site, found]) => (found === null ? [] : [[site, found]]))),
    held,
    stashes,
    places: Object.fromEntries(Object.entries(config.sites).map(([site, { kubeconfig, user, replication }]): [string, Place] => [site, { kubeconfig, user, storage: replication.driver === 'none' ? null : replication }])),
    zones: config.zones,
  };
}

function kubeOf(kubes: ReadonlyMap<string, OwnedKube>, site: string): OwnedKube {
  const kube = kubes.get(site);
  if (kube === undefined) throw new ChangeoverError('Invalid', `The configuration does not name site ${site}.`);
  return kube;
}
