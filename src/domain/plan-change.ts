import { FIELD_MANAGER } from './names.js';
import type { OwnershipRecord } from './ownership.js';
import { isAnswered, type WatchedPlan } from './watched-plan.js';

/** A change of `spec.primaryCluster` that was watched as it happened: one update event of one object. */
export interface SeenChange {
  readonly from: string;
  readonly to: string;
}

/** The run of the unit that is open now, in as much as it is known. */
export interface OpenRun {
  readonly run: string;
  /** Null until the run has looked. */
  readonly source: string | null;
  readonly target: string;
  readonly line: 'before' | 'crossing' | 'after';
}

type Owner = Pick<OwnershipRecord, 'writer' | 'run'>;

export interface PlanFacts {
  /** The site on which the plan was read. */
  readonly site: string;
  /** All configured sites. */
  readonly sites: readonly string[];
  readonly plan: Pick<WatchedPlan, 'uid' | 'generation' | 'specPrimary' | 'statusPrimary' | 'force' | 'terminating' | 'proposedBy' | 'managedBy' | 'answered' | 'writer'> & { readonly unit: WatchedPlan['unit'] };
  /** Null: nobody saw the value change; it was found. */
  readonly change: SeenChange | null;
  /** This site's record. */
  readonly ownership: Owner | null;
  readonly run: OpenRun | null;
}

/** What the controller does about a plan as it stands. Sentences are for people. */
export type PlanAnswer =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'start'; readonly source: string; readonly target: string }
  /** The change was seen and will not be followed. */
  | { readonly kind: 'refuse'; readonly reason: string }
  /** The plan asks for something that nobody was seen to ask for. */
  | { readonly kind: 'needs-confirmation'; readonly reason: string }
  | { readonly kind: 'needs-adoption' }
  | { readonly kind: 'cancel'; readonly run: string; readonly reason: string }
  /** Too late, or not in our hands: say what is. */
  | { readonly kind: 'explain'; readonly message: string };

const nothing: PlanAnswer = { kind: 'nothing' };
const refuse = (reason: string): PlanAnswer => ({ kind: 'refuse', reason });
const confirm = (reason: string): PlanAnswer => ({ kind: 'needs-confirmation', reason });

/** Writers of whole manifests: what they write was written down earlier, perhaps long ago. */
const manifestManagers = [/client-side-apply$/, /^kubectl-(apply|replace|create)/, /^before-first-apply$/];

const isManifest = ({ manager, operation }: { manager: string; operation: string }): boolean => operation === 'Apply' || manifestManagers.some((known) => known.test(manager));

/**
 * Law 12 as a table: a run is never started by an inequality. It takes a change, seen as it happened, away from the status that
 * ownership confirms, on the source, by a person's tool, once per generation. Rows are read from the top; the first that fits answers.
 */
export function answerTo(facts: PlanFacts): PlanAnswer {
  const { plan, run } = facts;
  if (plan.terminating) return run === null ? nothing : { kind: 'explain', message: `The plan is being deleted while run ${run.run} moves the application. The run needs it: it will be undone, or held where it can no longer be undone.` };
  if (run !== null) return duringRun(facts, run);
  if (facts.ownership === null) return { kind: 'needs-adoption' };
  return plan.specPrimary === plan.statusPrimary ? inStep(facts, facts.ownership) : atRest(facts, facts.ownership);
}

function duringRun({ site, plan, change }: PlanFacts, run: OpenRun): PlanAnswer {
  if (change === null || plan.writer?.manager === FIELD_MANAGER || plan.specPrimary === run.target) return nothing;
  const source = run.source ?? plan.statusPrimary;
  if (plan.specPrimary !== source) return refuse(`Run ${run.run} moves the application to ${run.target}; ${plan.specPrimary} was ignored. Wait for its end, or cancel it first.`);
  if (site !== source) return refuse(`Run ${run.run} is cancelled on ${source ?? 'its source'}, by patching spec.primaryCluster back there; on ${site} it changes nothing.`);
  if (plan.managedBy.length > 0 || plan.writer === null || isManifest(plan.writer)) return refuse(`A manifest that was written earlier cancels no run; run ${run.run} goes on. To cancel it: changeover cancel ${plan.unit.name} --reason "…"`);
  if (run.line === 'before') return { kind: 'cancel', run: run.run, reason: `spec.primaryCluster was changed back to ${source} on ${site}` };
  return { kind: 'explain', message: `It is too late to cancel run ${run.run}: the storage's roles ${run.line === 'crossing' ? 'are being swapped' : 'have been swapped'}, and the run is carried on to ${run.target}. To move back: changeover turn-back ${plan.unit.name} --reason "…" while it is open, or a migration afterwards.` };
}

/** Both fields agree, and may both be wrong: a copy that was not kept up, or was restored with its status. */
function inStep({ site, plan: { statusPrimary }, change }: PlanFacts, { writer, run }: Owner): PlanAnswer {
  if (run !== null || writer === null || writer === statusPrimary) return nothing;
  const reason = `The plan says that ${statusPrimary} is primary, but the ownership record on ${site} says ${writer}: this plan is a stale copy.`;
  return change === null ? confirm(reason) : refuse(reason);
}

function atRest({ site, sites, plan, change }: PlanFacts, ownership: Owner): PlanAnswer {
  const { specPrimary: to, statusPrimary, unit, writer } = plan;
  if (ownership.run !== null) return confirm(`The ownership record on ${site} says that run ${ownership.run} holds the application, but Temporal knows no open run.`);
  if (statusPrimary === null) return confirm(`status.primaryCluster is empty; the ownership record says that ${ownership.writer ?? 'nobody'} may write. To write the status again: changeover adopt ${unit.name}`);
  if (isAnswered(plan)) return confirm('This change was answered once already, and no run is open.');
  if (plan.proposedBy !== null) return confirm(`Run ${plan.proposedBy} proposed ${to}, and Temporal knows no such open run.`);
  if (change === null) return confirm(`spec.primaryCluster was found to be ${to}; nobody was seen to change it just now.`);
  if (plan.managedBy.length > 0) return refuse(`${plan.managedBy.join('; ')}. A tool that sets the field back would fight the migration: exclude spec.primaryCluster there first (for Argo CD: ignoreDifferences), then change it by hand.`);
  if (writer === null) return confirm('The API server did not record who changed spec.primaryCluster.');
  if (isManifest(writer)) return confirm(`A manifest was applied (${writer.manager}); what it says was written earlier, and an applied manifest starts nothing.`);
  if (plan.force) return refuse('spec.force is true. A takeover is not started by editing the plan; set it to false.');
  if (ownership.writer === null) return refuse('Nobody may write at this moment, says the ownership record.');
  if (site !== ownership.writer) return refuse(`${ownership.writer} is primary: a migration is asked for there, never on ${site}. Change spec.primaryCluster back to ${ownership.writer} here, and patch the plan on ${ownership.writer}.`);
  if (statusPrimary !== site) return refuse(`status.primaryCluster is ${statusPrimary}, but the ownership record says that ${site} is primary: this plan is a stale copy.`);
  if (!sites.includes(to)) return refuse(`There is no site ${to}. Sites are: ${sites.join(', ')}.`);
  if (change.to !== to || change.from !== statusPrimary) return confirm(`spec.primaryCluster went from ${change.from} to ${change.to}; a migration begins with ${statusPrimary}, which is primary.`);
  return { kind: 'start', source: site, target: to };
}

/** How a person says that the plan means what it says. */
export function howToConfirm(plan: Pick<WatchedPlan, 'specPrimary' | 'statusPrimary' | 'unit'>, primary: string | null): string {
  const { namespace, name } = plan.unit;
  if (primary === null) return `See: changeover status ${name}`;
  if (plan.specPrimary === primary && plan.statusPrimary === null) return `To write the status again: changeover adopt ${name}`;
  const patch = (site: string): string => `kubectl -n ${namespace} patch drplan ${name} --type merge -p '{"spec":{"primaryCluster":"${site}"}}'`;
  if (plan.statusPrimary !== null && plan.statusPrimary !== primary) {
    const status = `kubectl -n ${namespace} patch drplan ${name} --subresource status --type merge -p '{"status":{"primaryCluster":"${primary}"}}'`;
    return `If ${primary} is right, correct the copy here: ${status}${plan.specPrimary === primary ? '' : ` and then ${patch(primary)}`}. See: changeover status ${name}`;
  }
  return `To confirm, on ${primary}: ${patch(primary)} and then ${patch(plan.specPrimary)}; or: changeover migrate ${name} --to ${plan.specPrimary} --reason "…". To drop it, the first of the two.`;
}
