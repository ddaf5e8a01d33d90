import { newRunId } from '../client/run-id.js';
import type { MigrationRequest, Requester, RunOptions } from '../domain/request.js';
import type { WatchedPlan } from '../domain/watched-plan.js';

export interface RequestSettings {
  readonly sites: readonly string[];
  readonly defaults: Omit<RunOptions, 'waitForTtl' | 'approval'>;
  readonly approvers: readonly string[];
  readonly approvals: number;
  readonly approvalExpiresSeconds: number;
}

/** Who is behind a change of the plan: the name beside it, vouched for where an admission policy stands; else only the tool is known. */
export function requesterOf(plan: Pick<WatchedPlan, 'requestedBy' | 'writer'>, vouched: boolean): Requester {
  if (plan.requestedBy !== null) return { name: plan.requestedBy, verified: vouched, via: 'controller' };
  return { name: `unknown (${plan.writer?.manager ?? 'no field manager'})`, verified: false, via: 'controller' };
}

/** The request that a change of the plan makes: configuration's defaults, and the approvers that the controller's settings name. */
export function requestOf(plan: WatchedPlan, move: { source: string; target: string; requester: Requester }, settings: RequestSettings): MigrationRequest {
  const at = new Date();
  return {
    run: newRunId(plan.unit.name, at),
    unit: plan.unit,
    target: move.target,
    expectedPrimary: move.source,
    sites: settings.sites,
    reason: `spec.primaryCluster of ${plan.unit.namespace}/${plan.unit.name} was changed from ${move.source} to ${move.target} on ${move.source}`,
    requestedBy: move.requester,
    requestedAt: at.toISOString(),
    options: {
      ...settings.defaults,
      waitForTtl: true,
      approval: settings.approvers.length === 0 ? null : { approvers: settings.approvers, expiresAfterMs: settings.approvalExpiresSeconds * 1000, ...(settings.approvals === 1 ? {} : { approvals: settings.approvals }) },
    },
  };
}
