import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scopeFolder } from '../paths.js';
import type { SiteSettings } from '../settings.js';

/** Where a site's API server writes one JSON line for each request of the product's accounts. */
export function auditLog(site: SiteSettings): string {
  return join(scopeFolder(site.name), 'audit', 'audit.log');
}

/** Writes the policy and gives the API server's flags. Metadata only: bodies would hold the application's Secrets. */
export function auditFlags(site: SiteSettings): readonly string[] {
  const folder = join(scopeFolder(site.name), 'audit');
  mkdirSync(folder, { recursive: true });
  const policy = join(folder, 'policy.json');
  const rules = [{ level: 'Metadata', userGroups: ['system:serviceaccounts:changeover-system'] }, { level: 'None' }];
  writeFileSync(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived', 'ResponseStarted'], rules }));
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${auditLog(site)}`];
}
