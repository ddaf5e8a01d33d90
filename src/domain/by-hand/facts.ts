import type { Plan } from '../plan.js';
import type { OwnershipRecord } from '../ownership.js';
import type { KubeObject } from '../restore/object.js';

/** What the lines are written from; everything was read just now. */
export interface ByHandFacts {
  /** In the direction of the migration, also where the run was turning back; in the epoch above all records. */
  readonly plan: Plan;
  /** The site whose storage is Primary: the application can serve there, and nowhere else. */
  readonly serves: string;
  /** Whether the names may lead to either site: not so before the line of a migration, where they were not touched. */
  readonly namesMoved: boolean;
  /** Site → the ConfigMap of its record as it is; a site that did not answer is missing. */
  readonly records: Readonly<Record<string, { readonly object: KubeObject; readonly record: OwnershipRecord }>>;
  /** Objects of the application at `serves` whose original stands on them. */
  readonly held: readonly KubeObject[];
  /** Names of Secrets at `serves`, each with a custom resource that stands held in it. */
  readonly stashes: readonly string[];
  readonly places: Readonly<Record<string, Place>>;
  readonly zones: readonly ZonePlace[];
}

/** How a site is reached from where the lines are run. */
export interface Place {
  readonly kubeconfig: string;
  /** The one account that may switch the fence. */
  readonly user: string;
  /** Where VVR's commands run; null without replicated volumes. */
  readonly storage: { readonly namespace: string; readonly podSelector: string; readonly container: string } | null;
}

export interface ZonePlace {
  readonly zone: string;
  /** `host:port`. */
  readonly primary: string;
  /** File of the TSIG key. */
  readonly key: string;
}

/** One thing to do by hand. */
export interface HandStep {
  readonly title: string;
  /** What must be so before the next step. */
  readonly look: string;
  /** Shell commands, each of one or more lines. */
  readonly commands: readonly string[];
}
