import { MOST_CHARACTERS } from '../../domain/annotations.js';
import { INFOSCALE_GROUP, mark, PREFIX, SYSTEM_NAMESPACE } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';

/**
 * The policy that vouches for names on DR plans (admissionregistration.k8s.io/v1, CEL): who decides, and who changes `spec.primaryCluster`,
 * is who asks. The API server compares the annotation with `request.userInfo`, so whoever reads the annotation later need not ask.
 * Every field that the API server would fill in stands here, so that what is read back can be compared as a whole.
 */
export const POLICY = 'changeover-who';

const cel = (text: string): string => JSON.stringify(text);

const decision = cel(mark.decision);
const requestedBy = cel(mark.requestedBy);

/** CEL: the annotations of an object, an empty map where there are none. */
const annotations = (object: string): string => `${object} != null && has(${object}.metadata.annotations) ? ${object}.metadata.annotations : {}`;

const variables = [
  { name: 'user', expression: "has(request.userInfo.username) ? request.userInfo.username : ''" },
  // A ServiceAccount's group is given by the API server, and no token can claim another.
  { name: 'ours', expression: `has(request.userInfo.groups) && ${cel(`system:serviceaccounts:${SYSTEM_NAMESPACE}`)} in request.userInfo.groups` },
  { name: 'before', expression: annotations('oldObject') },
  { name: 'after', expression: annotations('object') },
  { name: 'primaryChanged', expression: 'oldObject == null || object.spec.primaryCluster != oldObject.spec.primaryCluster' },
];

const unchanged = (key: string): string => `(${key} in variables.before && variables.before[${key}] == variables.after[${key}])`;

/** CEL: keys of ours that no person writes. */
const isOurs = (key: string): string => `${key}.startsWith(${cel(`${PREFIX}/`)}) && !(${key} in [${decision}, ${requestedBy}])`;

const validations = [
  {
    // The name is compared as it stands in the text, so a name that JSON would have to escape can never be vouched for.
    expression: `!(${decision} in variables.after) || ${unchanged(decision)} || (!variables.user.matches(${cel('["\\\\\\p{Cc}]')}) && variables.after[${decision}].startsWith('{"by":"' + variables.user + '",'))`,
    messageExpression: `'${mark.decision} must begin with {"by":"' + variables.user + '", because that is who asks'`,
  },
  { expression: `!(${decision} in variables.after) || size(variables.after[${decision}]) <= ${MOST_CHARACTERS}`, message: `${mark.decision} may have ${MOST_CHARACTERS} characters` },
  {
    expression: `variables.ours || !(${requestedBy} in variables.after) || variables.after[${requestedBy}] == variables.user || (${unchanged(requestedBy)} && !variables.primaryChanged)`,
    messageExpression: `'${mark.requestedBy} must be ' + variables.user + ', who asks, or be removed'`,
  },
  {
    // A plan that is made from a backup may carry them; what they say there starts nothing.
    expression: `variables.ours || oldObject == null || (variables.before.all(k, !(${isOurs('k')}) || (k in variables.after && variables.after[k] == variables.before[k])) && variables.after.all(k, !(${isOurs('k')}) || k in variables.before))`,
    message: `annotations ${PREFIX}/* other than ${mark.decision} and ${mark.requestedBy} are Changeover's to change; in an emergency delete the ValidatingAdmissionPolicyBinding ${POLICY} first`,
  },
];

const everything = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} };

const metadata = { name: POLICY, labels: { [mark.installed]: 'true', [mark.exclude]: 'true' } };

export const whoPolicy: RawObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata,
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: { ...everything, resourceRules: [{ apiGroups: [INFOSCALE_GROUP], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['disasterrecoveryplans'], scope: '*' }] },
    variables,
    validations: validations.map((one) => ({ ...one, reason: 'Forbidden' })),
  },
};

export const whoBinding: RawObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata,
  spec: { policyName: POLICY, validationActions: ['Deny'] },
};
