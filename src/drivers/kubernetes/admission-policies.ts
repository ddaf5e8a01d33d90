/** Policies that the API server judges requests by, and where each is in force; stable since Kubernetes 1.30. */
export const policies = { group: 'admissionregistration.k8s.io', version: 'v1', plural: 'validatingadmissionpolicies' };
export const bindings = { group: 'admissionregistration.k8s.io', version: 'v1', plural: 'validatingadmissionpolicybindings' };
