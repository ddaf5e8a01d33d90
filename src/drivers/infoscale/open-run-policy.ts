import { INFOSCALE_GROUP, mark } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';

/**
 * Policies that keep a DR plan, and the namespace it stands in, from being deleted while a run is open (admissionregistration.k8s.io/v1,
 * CEL). A run without its plan is undone or held, which is safe and is an outage all the same; most such deletions are mistakes.
 * They are a guard rail: nothing else depends on them, and deleting the binding takes one away.
 */
export const OPEN_RUN_POLICY = 'changeover-open-run';
export const OPEN_RUN_NAMESPACE_POLICY = 'changeover-open-run-namespace';

const proposed = JSON.stringify(mark.proposedBy);

/** CEL: a run proposed the primary of this plan and has not ended. */
const isOpen = (plan: string): string => `has(${plan}.metadata.annotations) && ${proposed} in ${plan}.metadata.annotations`;

const sentence = (plan: string, policy: string): string =>
  `'run ' + ${plan}.metadata.annotations[${proposed}] + ' needs DR plan ' + ${plan}.metadata.name + ' until it has ended: changeover status ' + ${plan}.metadata.name + '; in an emergency delete the ValidatingAdmissionPolicyBinding ${policy} first'`;

const everything = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} };
const metadata = (name: string): RawObject['metadata'] => ({ name, labels: { [mark.installed]: 'true', [mark.exclude]: 'true' } });
const api = { apiVersion: 'admissionregistration.k8s.io/v1' } as const;

const plans: readonly RawObject[] = [
  {
    ...api,
    kind: 'ValidatingAdmissionPolicy',
    metadata: metadata(OPEN_RUN_POLICY),
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { ...everything, resourceRules: [{ apiGroups: [INFOSCALE_GROUP], apiVersions: ['v1'], operations: ['DELETE'], resources: ['disasterrecoveryplans'], scope: '*' }] },
      validations: [{ expression: `!(${isOpen('oldObject')})`, messageExpression: sentence('oldObject', OPEN_RUN_POLICY), reason: 'Forbidden' }],
    },
  },
  { ...api, kind: 'ValidatingAdmissionPolicyBinding', metadata: metadata(OPEN_RUN_POLICY), spec: { policyName: OPEN_RUN_POLICY, validationActions: ['Deny'] } },
];

/** Each plan in the namespace is a parameter. A server that cannot look them up lets the deletion through: no cluster is to be stuck with its namespaces because of us. */
const namespaces: readonly RawObject[] = [
  {
    ...api,
    kind: 'ValidatingAdmissionPolicy',
    metadata: metadata(OPEN_RUN_NAMESPACE_POLICY),
    spec: {
      failurePolicy: 'Ignore',
      paramKind: { apiVersion: `${INFOSCALE_GROUP}/v1`, kind: 'DisasterRecoveryPlan' },
      matchConstraints: { ...everything, resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['namespaces'], scope: '*' }] },
      validations: [{ expression: `!(${isOpen('params')})`, messageExpression: sentence('params', OPEN_RUN_NAMESPACE_POLICY), reason: 'Forbidden' }],
    },
  },
  {
    ...api,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: metadata(OPEN_RUN_NAMESPACE_POLICY),
    spec: { policyName: OPEN_RUN_NAMESPACE_POLICY, paramRef: { selector: {}, parameterNotFoundAction: 'Allow' }, validationActions: ['Deny'] },
  },
];

export const openRunPolicies: readonly RawObject[] = [...plans, ...namespaces];
