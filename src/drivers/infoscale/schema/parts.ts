import { z } from 'zod';

/**
 * The documented shapes of InfoScale's DR objects, infoscale.veritas.com/v1 as of 8.0.300: group, fields, enums, defaults, short names and
 * printer columns (source: the CRDs of InfoScale's certified operator, 8.0.300 to 9.2.1, which do not differ). From these the CRDs in
 * deploy/crds are generated. What is refused here beyond the documents is what could name more than was meant (an empty namespace or
 * label entry) and what no cluster can be (an empty or too long clusterID): never an object that the documents allow.
 */

/** A rule that the API server evaluates (CEL, Kubernetes 1.29 and newer; older servers ignore it). */
export interface Rule {
  readonly rule: string;
  readonly message: string;
}

/** Puts rules on a schema, beside what it describes. */
export const rules = (...list: readonly Rule[]): { 'x-kubernetes-validations': readonly Rule[] } => ({ 'x-kubernetes-validations': list });

/** Longest clusterID, as the documents bound it. */
const CLUSTER_ID_LENGTH = 16;
/** Longest name of a namespace (RFC 1123 label). */
const NAMESPACE_LENGTH = 63;

/** A clusterID that must name a cluster. */
export const clusterId = (description: string) =>
  z.string().max(CLUSTER_ID_LENGTH).meta({ description, ...rules({ rule: "self.trim() != ''", message: 'a clusterID is needed' }) });

/** Texts in order. */
export const texts = (description?: string) => z.array(z.string()).meta(description === undefined ? {} : { description });

/**
 * What an application is made of. A label entry is checked by pattern, not by CEL: the number of entries is not bounded by the documents,
 * and the API server refuses rules over lists without a bound.
 */
export const selector = z.object({
  namespace: z
    .string()
    .max(NAMESPACE_LENGTH)
    .meta({ description: 'Namespace of the application.', ...rules({ rule: "self.trim() != ''", message: 'an empty namespace is refused: it could be taken for every namespace' }) }),
  labels: z
    .array(z.string().regex(/^\s*[^\s,][^,]*(,\s*[^\s,][^,]*)*$/))
    .meta({ description: 'Each element is a comma-separated list of labels; elements are OR-ed. Absent or empty means the whole namespace. An empty element, or an empty label in one, is refused.' })
    .optional(),
});
