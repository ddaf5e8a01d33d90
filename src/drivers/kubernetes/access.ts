import type { Action, Identity } from '../../domain/access.js';
import { ChangeoverError } from '../../domain/errors.js';
import { PREFIX } from '../../domain/names.js';
import type { Access } from '../../ports/access.js';
import type { Kube } from './kube.js';

interface ReviewedUser {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The cluster's own authentication and RBAC: TokenReview says who it is, SubjectAccessReview whether they may use a verb on the virtual
 * resource `runs.changeover.io`, named like the DR plan and in its namespace; on all plans: in every namespace.
 */
export function createKubernetesAccess(kube: Kube, options: { readonly audiences: readonly string[] }): Access {
  return {
    async identify(token) {
      const review = await kube.create('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        metadata: {},
        spec: { token, audiences: options.audiences },
      });
      const status = (review['status'] ?? {}) as { authenticated?: boolean; user?: ReviewedUser; audiences?: readonly string[] };
      // The server's own sentence (status.error) is left out: it may quote the token.
      if (status.authenticated !== true || !status.user?.username) throw new ChangeoverError('Unauthenticated', `The API server of ${kube.site} does not accept this token for ${options.audiences.join(' or ')}.`);
      // An authenticator that knows no audiences answers without them; its yes is not a yes to ours.
      if (!(status.audiences ?? []).some((audience) => options.audiences.includes(audience))) throw new ChangeoverError('Unauthenticated', `This token is not made for ${options.audiences.join(' or ')}.`);
      const { username, uid, groups = [], extra } = status.user;
      return { name: username, groups, verified: true, ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }) };
    },

    async allows(identity: Identity, action: Action) {
      const review = await kube.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        metadata: {},
        spec: {
          user: identity.name,
          groups: identity.groups,
          ...(identity.uid === undefined ? {} : { uid: identity.uid }),
          ...(identity.extra === undefined ? {} : { extra: identity.extra }),
          resourceAttributes: { group: PREFIX, resource: 'runs', verb: action.verb, ...(action.plan === null ? {} : action.plan) },
        },
      });
      return (review['status'] as { allowed?: boolean } | undefined)?.allowed === true;
    },
  };
}
