import { ioLimits } from '../../domain/limits.js';

/** Where a site's VVR commands run, and how long we wait for them. */
export interface VvrSettings {
  readonly site: string;
  /** Namespace of the InfoScale pods. */
  readonly namespace: string;
  readonly podSelector: string;
  readonly container: string;
  /** Longest time for one reading over all pods, milliseconds. */
  readonly readTimeoutMs: number;
  /**
   * Exit code with which a pod says that another node is the log owner and that it did nothing.
   * A site's convention, not VVR's (none is documented); null: a refusal is never tried on another pod.
   */
  readonly notLogOwnerExitCode: number | null;
}

/** What applies where a site says nothing else; namespace and labels are those of the InfoScale operator. */
export const vvrDefaults = {
  namespace: 'infoscale-vtas',
  podSelector: 'app.kubernetes.io/name=infoscale-sds',
  container: 'infoscale',
  readTimeoutMs: ioLimits.storageReadingMs,
  notLogOwnerExitCode: 17,
} as const satisfies Partial<VvrSettings>;
