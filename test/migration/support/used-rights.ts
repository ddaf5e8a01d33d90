import { readFileSync } from 'node:fs';
import { auditLog } from '../../../lab/site/audit.js';
import { siteNames, sites } from '../../../lab/settings.js';
import type { Right } from '../../deploy/roles.js';

interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly apiGroup?: string; readonly resource: string; readonly subresource?: string; readonly namespace?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

const prefix = 'system:serviceaccount:changeover-system:';

/** What an account of ours asked of the API servers of both sites, as their audit logs tell it. */
export function askedBy(account: string): { readonly used: readonly Right[]; readonly forbidden: readonly string[] } {
  const events = siteNames
    .flatMap((site) => readFileSync(auditLog(sites[site]), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ user, objectRef }) => user.username === `${prefix}${account}` && objectRef !== undefined);
  const used = new Map<string, Right>();
  const forbidden: string[] = [];
  for (const event of events) {
    for (const right of rightsOf(event)) {
      used.set(JSON.stringify(right), right);
      if (event.annotations?.['authorization.k8s.io/decision'] === 'forbid') forbidden.push(JSON.stringify(right));
    }
  }
  return { used: [...used.values()], forbidden };
}

/** A server-side apply that makes the object needs the right to create as well, and the log says only `patch`. */
function rightsOf({ verb, objectRef, responseStatus }: AuditEvent): readonly Right[] {
  if (objectRef === undefined) return [];
  const { apiGroup = '', resource, subresource, namespace } = objectRef;
  const right: Right = { verb, group: apiGroup, resource: subresource === undefined ? resource : `${resource}/${subresource}`, namespace: namespace === undefined || namespace === '' ? null : namespace };
  return verb === 'patch' && responseStatus?.code === 201 ? [right, { ...right, verb: 'create' }] : [right];
}
