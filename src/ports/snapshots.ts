import type { SnapshotRef } from '../domain/plan.js';
import type { Capture } from './objects.js';

/**
 * Snapshots of one site: content-addressed and sealed, so that each named site can open them with its own key and nobody else can.
 * The sealed bytes are the same at every site; only the store differs.
 */
export interface Snapshots {
  /** The digest that `write` would give this content; it touches no store. */
  digestOf(capture: Capture): string;
  /** Seals for `recipients` (site ids), writes to this site's own store, reads back. Same content gives the same digest. */
  write(unit: string, capture: Capture, recipients: readonly string[]): Promise<SnapshotRef>;
  /** Reads from this site's own store, opens with its own key, compares every object and the manifest with the digests. Throws `SnapshotDamaged`. */
  read(ref: SnapshotRef): Promise<Capture>;
  /** Copies the sealed bytes to another site's store. */
  copyTo(ref: SnapshotRef, site: string): Promise<void>;
  /** Marks a snapshot as the one to restore for a run. One tag a run; the newest wins. */
  tag(unit: string, run: string, ref: SnapshotRef): Promise<void>;
  /** What is tagged for a run, read as `read` does; null without a tag. */
  readTagged(unit: string, run: string): Promise<Capture | null>;
  untag(unit: string, run: string): Promise<void>;
}
