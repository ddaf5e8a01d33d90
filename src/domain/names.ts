/** The names this product leaves on objects. One place, because undo, recovery and people search for them. */

/** Prefix of every label and annotation of ours. */
export const PREFIX = 'changeover.io';

export const mark = {
  /** Label on every object a run created or changed: the run's id. A delete needs it. */
  run: `${PREFIX}/run`,
  /** Annotation on a DR plan: the run that proposed the primary now in `spec.primaryCluster`. */
  proposedBy: `${PREFIX}/proposed-by`,
  /** Annotation on a DR plan: what the last migration took inside its outage, as JSON `{at, steps}`; the next prediction reads it. */
  measured: `${PREFIX}/measured`,
  /** Annotation on a DR plan: limits of its runs, as JSON `{"outageBudgetMs": 90000}`. See limit-table.ts. */
  limits: `${PREFIX}/limits`,
  /** Annotation on a DR plan: a person's decision, in the words of annotations.ts. Taken once, then replaced by its answer. */
  decision: `${PREFIX}/decision`,
  /** Annotation on a DR plan: what became of the last decision that was taken from it. */
  decisionAnswer: `${PREFIX}/decision-answer`,
  /** Annotation on a DR plan: the name of who changes `spec.primaryCluster` in the same request. A run that proposes a primary removes it. */
  requestedBy: `${PREFIX}/requested-by`,
  /** Annotation on a DR plan: the change of `spec.primaryCluster` that was answered last, so that no change starts two runs. */
  answered: `${PREFIX}/answered`,
  /** Annotation: the object's own value before a run changed it, as JSON `{run, value}`; written once. */
  original: `${PREFIX}/original`,
  /** Label on an object that stands staged and inert. */
  staged: `${PREFIX}/staged`,
  /** Label on every object that came from our manifests or our chart. `changeover uninstall` knows them by it. */
  installed: `${PREFIX}/installed`,
  /** Label on an object that must never be captured or touched. */
  exclude: `${PREFIX}/exclude`,
} as const;

/** Field manager of every server-side apply. */
export const FIELD_MANAGER = 'changeover';

/** Field manager of what the controller writes on DR plans: conditions, answers and events. A run's own fields stay the run's. */
export const CONTROLLER_MANAGER = 'changeover-controller';

/** Namespace of our own objects on every site. */
export const SYSTEM_NAMESPACE = 'changeover-system';

/** Task queue of the workflows. */
export const CONTROL_QUEUE = 'changeover';

/** Task queue of a site's activities. */
export function siteQueue(site: string): string {
  return `site-${site}`;
}

/** The workflow id of a unit: one run at a time, whatever the procedure. */
export function workflowIdOf(unit: string): string {
  return `changeover/${unit}`;
}

/** The unit whose run has this workflow id; an id that is none of a run's stays as it is. */
export function unitOfWorkflow(workflowId: string): string {
  return workflowId.replace(/^changeover\//, '');
}

/** The API group of InfoScale's custom resources. */
export const INFOSCALE_GROUP = 'infoscale.veritas.com';

/** The workflow that does what a run could not do at a site that did not answer. */
export function debtsIdOf(run: string): string {
  return `changeover-debts/${run}`;
}

/** Name of the ConfigMap that holds a unit's ownership record on a site. */
export function ownershipName(unit: string): string {
  return `ownership-${unit}`;
}

/** Name of the ConfigMap that holds the sealed plan of a run while it holds its unit. By run: a run that loses a race must not write over the winner's. */
export function keptPlanName(run: string): string {
  return `plan-${run}`;
}

/** Label on the application's namespace that switches a unit's fence. Its value is `on` or `off`. */
export function fenceLabel(unit: string): string {
  return `fence.${PREFIX}/${unit}`;
}
