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
  const options: RunOptions = {
    ...config.defaults,
    ...(flags.budget === undefined ? {} : { outageBudgetMs: flags.budget * 1000 }),
    waitForTtl: flags.waitTtl ?? true,
    approval: approvers.length === 0 ? null : { approvers, expiresAfterMs: (flags.approvalExpires ?? APPROVAL_EXPIRES_SECONDS) * 1000 },
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
  };
}
