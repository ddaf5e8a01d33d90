import { createHash } from 'node:crypto';
import { ChangeoverError } from '../../domain/errors.js';
import type { SnapshotRef } from '../../domain/plan.js';

/** Sealed bytes with what a store needs to label them. */
export interface StoredSnapshot {
  readonly id: string;
  readonly unit: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Where a site keeps sealed snapshots. It sees no plain text and has no key. */
export interface SnapshotStore {
  /** Null when absent. Throws `SnapshotDamaged` when only parts are there. */
  read(id: string): Promise<Buffer | null>;
  /** Replaces what has this id. A reader sees the old bytes, none, or the new ones, never a mixture. */
  write(snapshot: StoredSnapshot): Promise<void>;
  /** The snapshot to restore for a run; null when none is tagged. */
  readTag(tag: Tag): Promise<SnapshotRef | null>;
  writeTag(tag: Tag, ref: SnapshotRef): Promise<void>;
  /** Absent is fine. */
  removeTag(tag: Tag): Promise<void>;
}

export interface Tag {
  readonly unit: string;
  readonly run: string;
}

/** Ids become names of objects and files; anything else is refused. */
export function assertId(id: string): void {
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?$/.test(id) || id.includes('..')) throw new ChangeoverError('Invalid', `"${id}" is not the id of a snapshot.`);
}

/** A name for a tag: run ids may hold characters that names may not. */
export function tagName({ unit, run }: Tag): string {
  return `snapshot-tag-${createHash('sha256').update(`${unit}\n${run}`).digest('hex').slice(0, 24)}`;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
