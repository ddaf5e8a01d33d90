import { newRunId } from '../client/run-id.js';
import type { Identity } from '../domain/access.js';
import type { MigrationRequest, RunOptions } from '../domain/request.js';
import type { FieldFault } from './problem.js';
import type { NewPreflight, NewRun, RequestOptions } from './schemas/requests.js';

/** What the configuration says for every request. */
export interface Installation {
  readonly sites: readonly string[];
  /** Where DR plans are when a request does not say. */
  readonly planNamespace: string;
  readonly defaults: Omit<RunOptions, 'waitForTtl' | 'approval'>;
}

/** The run's request that a body makes, asked for by whom the gate let in. */
export function requestOf(body: (NewRun | NewPreflight) & { readonly reason?: string }, by: Identity, installation: Installation): MigrationRequest {
  const at = new Date();
  const named = (['outageBudgetMs', 'commandTimeoutMs'] as const).filter((name) => body.options?.[name] !== undefined);
  return {
    run: newRunId(body.plan, at),
    unit: { namespace: body.namespace ?? installation.planNamespace, name: body.plan },
    target: body.target,
    expectedPrimary: body.expectedPrimary ?? null,
    sites: installation.sites,
    reason: body.reason ?? 'preflight',
    requestedBy: { name: by.name, verified: by.verified, via: 'api' },
    requestedAt: at.toISOString(),
    options: optionsOf(body.options ?? {}, installation.defaults),
    ...(body.overrides === undefined ? {} : { overrides: body.overrides }),
    ...(named.length === 0 ? {} : { named }),
  };
}

function optionsOf(given: RequestOptions, defaults: Installation['defaults']): RunOptions {
  return {
    outageBudgetMs: given.outageBudgetMs ?? defaults.outageBudgetMs,
    commandTimeoutMs: given.commandTimeoutMs ?? defaults.commandTimeoutMs,
    shortTtlSeconds: given.shortTtlSeconds ?? defaults.shortTtlSeconds,
    probePorts: given.probePorts ?? defaults.probePorts,
    probes: given.probes ?? defaults.probes,
    waitForTtl: given.waitForTtl ?? true,
    approval: given.approval === undefined ? null : { approvers: given.approval.approvers, expiresAfterMs: given.approval.expiresAfterMs, ...(given.approval.approvals === undefined ? {} : { approvals: given.approval.approvals }) },
    attestations: given.attestations ?? defaults.attestations ?? 1,
  };
}

/** Sites that are not there, and a move to where the application is. */
export function faultsOfSites(body: unknown, { sites }: Installation): readonly FieldFault[] {
  if (typeof body !== 'object' || body === null) return [];
  const { target, expectedPrimary } = body as { target?: unknown; expectedPrimary?: unknown };
  const unknown = Object.entries({ target, expectedPrimary }).flatMap(([field, site]): FieldFault[] =>
    typeof site === 'string' && !sites.includes(site) ? [{ in: 'body', field: `/${field}`, detail: `There is no such site. Sites are: ${sites.join(', ')}.` }] : [],
  );
  if (unknown.length > 0 || target === undefined || target !== expectedPrimary) return unknown;
  return [{ in: 'body', field: '/target', detail: 'It is the site that you expect to be primary now.' }];
}
