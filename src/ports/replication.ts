import type { Plan, PlannedReplication } from '../domain/plan.js';
import type { ReplicationView } from '../domain/observation.js';
import type { Work } from './work.js';

/** What a command said; output is redacted and cut to 2,000 characters. */
export interface CommandResult {
  readonly command: string;
  /** Null when no exit was received: the command may still act. */
  readonly exitCode: number | null;
  readonly output: string;
}

export type RoleView = Pick<ReplicationView, 'site' | 'at' | 'role' | 'state' | 'liveCommands'>;

/** What this site says of its links, with its role: all of `ReplicationView` but the volumes. */
export type LinksView = RoleView & Pick<ReplicationView, 'rvg' | 'secondaries' | 'configErrors'>;

/** What a role command depends on at its own site. */
export type StandingView = RoleView & Pick<ReplicationView, 'openVolumes'>;

export interface VolumeGroup {
  readonly rvg: string;
  readonly diskGroup: string;
}

/** What one site's storage says of replication. It looks and waits; nothing here commands anything. */
export interface ReplicationReadings {
  /** This site's view. A site whose storage does not answer in time reports role `unreadable`; it does not throw. */
  view(group: VolumeGroup): Promise<ReplicationView>;
  /** The role alone, for where seconds count: what `view` says of it, read by one command. It does not throw either. */
  role(group: VolumeGroup): Promise<RoleView>;
  /** Role and links, without the volumes, whose reading goes to the other site as well. It does not throw either. */
  links(group: VolumeGroup): Promise<LinksView>;
  /** The role and which volumes are open, read side by side right before a role is commanded. A volume that cannot be read counts as open; it does not throw. */
  standing(group: VolumeGroup): Promise<StandingView>;
  /** Waits until two readings at the Primary agree that every Secondary is up to date, connected, logging to SRL; returns one line per Secondary. */
  awaitDrained(replication: PlannedReplication, site: string, work: Work): Promise<readonly string[]>;
  /** Waits until no volume of the group is open here. */
  awaitClosed(group: VolumeGroup, work: Work): Promise<void>;
  /** Waits until replication from this new Primary runs to the other site; returns what it says. */
  awaitProtected(group: VolumeGroup, work: Work): Promise<readonly string[]>;
}

/** What changes a role, or replication with it: one attempt each, never retried inside. Whoever has this can end or begin a Primary. */
export interface RoleCommands {
  /** One attempt to make `target` the Primary, carried out here at the Primary. */
  migrate(plan: Plan, work: Work): Promise<CommandResult>;
  /** One attempt to make this Secondary the Primary without another one. */
  takeOver(plan: Plan, work: Work): Promise<CommandResult>;
  /** One attempt to make this Primary the Secondary of the other Primary. What only this one has is lost by it; refused while a volume is open here. */
  giveUp(plan: Plan, work: Work): Promise<CommandResult>;
  /** Begins to give the other site, a Secondary, what this Primary has, and does not wait for the end. Nothing is commanded where replication runs. */
  resync(plan: Plan, work: Work): Promise<CommandResult>;
}

/** Data replication seen from one site. Decisions use exit codes and re-read roles, never the wording of an error. */
export type Replication = ReplicationReadings & RoleCommands;
