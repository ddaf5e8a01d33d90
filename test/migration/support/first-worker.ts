import { readFileSync } from 'node:fs';
import { auditLog } from '../../../lab/site/audit.js';
import { kubeconfigPath } from '../../../lab/site/kubeconfig.js';
import { siteNames, sites, type SiteName } from '../../../lab/settings.js';

interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly user: { readonly extra?: Readonly<Record<string, readonly string[]>> };
  readonly responseStatus?: { readonly code?: number };
}

const changingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
/** Dry runs, questions about rights and readings of the storage change nothing. */
const changesNothing = /dryRun=|\/apis\/auth|\/exec\?.*command=(-l|printvol|vxprint)\b/;

/** What the lab's own worker changed at both sites since a moment (unix ms), as `SITE VERB URI`, by the API servers' audit logs. */
export function changedByFirst(since: number): readonly string[] {
  return siteNames.flatMap((site) =>
    askedByFirst(site, since)
      .filter(({ verb, requestURI, responseStatus }) => changingVerbs.has(verb) && !changesNothing.test(requestURI) && (responseStatus?.code ?? 0) < 300)
      .map(({ verb, requestURI }) => `${site} ${verb} ${requestURI}`),
  );
}

/** Whether it wrote a site's ownership record since a moment (unix ms), and was then told what it says: it asks so right before each change. */
export function guardAnswered(site: SiteName, since: number): boolean {
  const verbs = askedByFirst(site, since, '/configmaps/ownership-orders').map(({ verb }) => verb);
  return verbs.lastIndexOf('get') > verbs.indexOf('update') && verbs.includes('update');
}

function askedByFirst(site: SiteName, since: number, about = ''): readonly AuditEvent[] {
  const first = credentialOf(site);
  return readFileSync(auditLog(sites[site]), 'utf8')
    .split('\n')
    // The last line may be half written.
    .filter((line) => line.endsWith('}') && line.includes(first) && line.includes(about))
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ user, requestReceivedTimestamp }) => user.extra?.['authentication.kubernetes.io/credential-id']?.includes(first) === true && Date.parse(requestReceivedTimestamp) >= since);
}

/** The id of the token that it has for a site, as an audit log names it (`JTI=…`). */
function credentialOf(site: SiteName): string {
  const token = /token: *"?([\w.-]+)/.exec(readFileSync(kubeconfigPath(sites[site], 'changeover'), 'utf8'))?.[1] ?? '';
  const { jti } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { jti: string };
  return `JTI=${jti}`;
}
