import { userName, type Config } from '../config.js';
import { newRunId } from '../client/run-id.js';
import { ChangeoverError } from '../domain/errors.js';
import type { MigrationRequest, RunOptions } from '../domain/request.js';

export interface RequestFlags {
  readonly unit: string;
  readonly to: string;
  readonly reason: string;
  readonly planNamespace?: string;
  readonly expectedPrimary?: string;
  readonly budget?: number;
  readonly waitTtl?: boolean;
  readonly approver?: readonly string[];
  readonly approvalExpires?: number;
  readonly override?: Readonly<Record<string, string>>;
  readonly approvals?: number;
}

const APPROVAL_EXPIRES_SECONDS = 3_600;

/** The request that the flags and the configuration's defaults make. */
export function requestOf(config: Config, flags: RequestFlags): MigrationRequest {
  const sites = Object.keys(config.sites);
  for (const site of [flags.to, ...(flags.expectedPrimary === undefined ? [] : [flags.expectedPrimary])]) {
    if (!sites.includes(site)) throw new ChangeoverError('Invalid', `There is no site ${site}. Sites are: ${sites.join(', ')}.`);
  }
  const at = new Date();
  const approvers = flags.approver ?? [];
  const approvals = flags.approvals ?? 1;
  if (new Set(approvers).size < approvals && (approvers.length > 0 || approvals > 1)) throw new ChangeoverError('Invalid', `${approvals} must approve, and ${new Set(approvers).size} may: name more with --approver.`);
  const options: RunOptions = {
    ...config.defaults,
    ...(flags.budget === undefined ? {} : { outageBudgetMs: flags.budget * 1000 }),
    waitForTtl: flags.waitTtl ?? true,
    approval: approvers.length === 0 ? null : { approvers, expiresAfterMs: (flags.approvalExpires ?? APPROVAL_EXPIRES_SECONDS) * 1000, ...(approvals === 1 ? {} : { approvals }) },
  };
  return {
    run: newRunId(flags.unit, at),
    unit: { namespace: flags.planNamespace ?? config.planNamespace, name: flags.unit },
    target: flags.to,
    expectedPrimary: flags.expectedPrimary ?? null,
    sites,
    reason: flags.reason,
    requestedBy: { name: userName(), verified: false, via: 'cli' },
    requestedAt: at.toISOString(),
    options,
    ...(flags.override === undefined ? {} : { overrides: flags.override }),
    ...(flags.budget === undefined ? {} : { named: ['outageBudgetMs'] }),
  };
}
