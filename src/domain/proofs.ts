import { ChangeoverError } from './errors.js';

/**
 * Proofs: values that only one step can make and a later step demands. The compiler keeps the order;
 * `assertFresh` keeps the epoch and the age. They are plain data, since they cross the wire and survive replay.
 */
interface Proof<Kind extends string> {
  readonly kind: Kind;
  readonly run: string;
  readonly epoch: number;
  /** When the world was read, ISO 8601 UTC. */
  readonly at: string;
}

/** The source cannot write: fenced, stopped, nothing mounted, no volume open. */
export interface SourceOffline extends Proof<'source-offline'> {
  /** Name of the probe pod whose admission was denied, and the denial. */
  readonly fence: string;
  readonly stopped: readonly string[];
}

/** The target has every write the source ever acknowledged, read after the source could no longer write. */
export interface Drained extends Proof<'drained'> {
  /** One line per Secondary, as the storage said it. */
  readonly readings: readonly string[];
}

/** The snapshot that stands at the target is what the source last was. */
export interface SnapshotConfirmed extends Proof<'snapshot-confirmed'> {
  readonly snapshot: string;
  readonly digest: string;
}

/** The way back needs no snapshot: what the application was stands at the site it returns to, its volumes bound as planned. */
export interface Standing extends Proof<'standing'> {
  readonly workloads: readonly string[];
}

/** The roles were read back on both sites: source Secondary, target Primary. */
export interface RolesSwapped extends Proof<'roles-swapped'> {
  readonly source: string;
  readonly target: string;
  /** `migrate`, or `takeover` after a person's decision: the source was attested to be off, or the target was promoted. */
  readonly by: 'migrate' | 'takeover' | 'found';
}

/** The proof that the target of this run is Primary and the source Secondary, as just read. */
export function rolesSwapped({ run, epoch }: { run: string; epoch: number }, at: string, by: RolesSwapped['by']): RolesSwapped {
  return { kind: 'roles-swapped', run, epoch, at, source: 'secondary', target: 'primary', by };
}

/** How old a proof may be when a step uses it, in milliseconds (law 4). */
export const PROOF_LIFETIME_MS = 60_000;

/** Throws `ProofStale` unless the proof is of this run and epoch. */
export function assertOf(proof: Proof<string>, holder: { run: string; epoch: number }): void {
  if (proof.run !== holder.run || proof.epoch !== holder.epoch) {
    throw new ChangeoverError('ProofStale', `The ${proof.kind} proof is of run ${proof.run}, epoch ${proof.epoch}; this is run ${holder.run}, epoch ${holder.epoch}.`);
  }
}

/** Throws `ProofStale` unless the proof is of this run and epoch and no older than a minute. */
export function assertFresh(proof: Proof<string>, holder: { run: string; epoch: number; nowMs: number }): void {
  assertOf(proof, holder);
  const age = holder.nowMs - Date.parse(proof.at);
  if (!(age >= -5_000 && age <= PROOF_LIFETIME_MS)) {
    throw new ChangeoverError('ProofStale', `The ${proof.kind} proof is ${Math.round(age / 1000)} s old; at most ${PROOF_LIFETIME_MS / 1000} s are allowed.`);
  }
}
