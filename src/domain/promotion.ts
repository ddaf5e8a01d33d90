import type { HeldReason, Role, Way } from './roles.js';
import { unswappedSentence, type Unswapped } from './unswapped.js';

/** What a site says of its volume group and what could write to it, for a person who has to choose which site shall be Primary. */
export interface GroupReport {
  readonly site: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly role: Role;
  readonly state: string;
  /** What it says, as a Primary, of each Secondary: how much waits for it, as the storage puts it. Empty: it says nothing. */
  readonly secondaries: readonly string[];
  /** Volumes that are not known to be closed. */
  readonly openVolumes: readonly string[];
  readonly fence: 'on' | 'off' | 'absent' | 'unknown';
  /** Workloads with ready pods, and other pods that mount a claim; null: it could not be read. */
  readonly running: readonly string[] | null;
}

export type Promotion = Extract<Way, 'promote-source' | 'promote-target'>;
export type Unsettled = Extract<HeldReason, 'both-primary' | 'neither-primary'>;

export const isPromotion = (way: string): way is Promotion => way === 'promote-source' || way === 'promote-target';
export const isUnsettled = (reason: HeldReason): reason is Unsettled => reason === 'both-primary' || reason === 'neither-primary';

/** What a choice between two sites rests on. `drainedAt`: when the target was read to have every write of the source, after that had stopped; null: nobody has that proof. */
export interface Choosing {
  readonly reason: Unsettled;
  readonly unit: string;
  readonly unswapped: Unswapped;
  readonly source: string;
  readonly target: string;
  readonly drainedAt: string | null;
  readonly reports: Readonly<Record<'source' | 'target', GroupReport | null>>;
  /** site → when this run read it as Secondary last, before it was read as Primary. */
  readonly secondaryAt: Readonly<Record<string, string>>;
}

/** What is lost when the other site is not the one: the end of "loses …". Where it cannot be known it says so; an unknown is never nothing. */
export function lossOf(way: Promotion, choosing: Choosing): string {
  const { source, target, drainedAt, reason } = choosing;
  const [chosen, given] = way === 'promote-target' ? [target, source] : [source, target];
  const report = choosing.reports[way === 'promote-target' ? 'source' : 'target'];
  const before =
    drainedAt === null
      ? `how much of it was acknowledged cannot be known (no proof is left that ${target} had every write of ${source})`
      : `no write that was acknowledged before the swap (${given === source ? `${target} had every one at ${clock(drainedAt)}, after ${source} had stopped` : `every one was made at ${source}, and it stopped before`})`;
  if (reason === 'neither-primary') return drainedAt === null ? `what ${given} has and ${chosen} has not, and ${before}` : before;
  return `what only ${given} has, and ${before}; ${since(given, report, choosing)}`;
}

/** What a second Primary may have got that nobody else has. */
function since(site: string, report: GroupReport | null, choosing: Choosing): string {
  const unknown = unknownOf(site, choosing);
  if (report === null) return `${site} could not be asked what that is: ${unknown}`;
  const { at, secondaries, openVolumes, fence, running } = report;
  const said = [
    secondaries.length === 0 ? 'nothing of what others lack' : secondaries.join(' | '),
    openVolumes.length === 0 ? 'no volume open' : `open: ${openVolumes.join(', ')}`,
    `fence ${fence}`,
    running === null ? 'what runs there could not be read' : running.length === 0 ? 'nothing runs there' : `running: ${running.join(', ')}`,
  ];
  return `${site} says at ${clock(at)}: ${said.join('; ')}; beyond that, ${unknown}`;
}

/** The storage does not say since when a site is Primary; only what the run itself has read narrows it. */
function unknownOf(site: string, { source, drainedAt, secondaryAt }: Choosing): string {
  const last = secondaryAt[site];
  if (last !== undefined) return `when it became Primary, after ${clock(last)} when this run read it as Secondary, and what was written there since, cannot be known`;
  if (site === source && drainedAt !== null) return 'it was Primary before the swap, and what was written there since past the application cannot be known';
  return 'when it became Primary, and what was written there since, cannot be known';
}

/** What a person decides on, but for what is lost. */
export function effectOf(way: Promotion, choosing: Choosing): string {
  const { reason, source, target, unit, unswapped } = choosing;
  const [chosen, given] = way === 'promote-target' ? [target, source] : [source, target];
  const report = choosing.reports[way === 'promote-target' ? 'source' : 'target'];
  const how =
    reason === 'both-primary'
      ? `${given} gives the role up, once it is proven that nothing can write there (fence on, nothing runs, no volume open), and gets the data of ${chosen}.${refusedNow(given, report)}`
      : `${chosen} takes the role, and ${given} gets its data.`;
  const then = way === 'promote-target' ? `The run goes on, and ${unit} is started on ${target}.` : unswappedSentence(unswapped, { source, unit });
  return `${how} ${then}`;
}

/** A decision that the site would refuse as it stands now is not worth to be tried before that is mended. */
function refusedNow(site: string, report: GroupReport | null): string {
  if (report === null) return ` ${site} could not be asked just now; while it cannot, this is refused.`;
  const { fence, running, openVolumes } = report;
  const faults = [
    ...(fence === 'on' ? [] : [`the fence there is ${fence}`]),
    ...(running === null ? ['what runs there could not be read'] : running.length === 0 ? [] : [`${running.join(', ')} there`]),
    ...(openVolumes.length === 0 ? [] : [`${openVolumes.join(', ')} ${openVolumes.length === 1 ? 'is' : 'are'} open`]),
  ];
  return faults.length === 0 ? '' : ` As ${site} is now, that is refused: ${faults.join('; ')}.`;
}

function clock(at: string): string {
  return `${at.slice(11, 19)}Z`;
}
