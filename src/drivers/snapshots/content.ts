import { createHash } from 'node:crypto';
import { canonical } from '../../domain/canonical.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { Capture, RawObject } from '../../ports/objects.js';

/** One object of a snapshot and the SHA-256 of its canonical JSON. */
export interface ManifestEntry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly sha256: string;
}

/** What a snapshot says it holds. Its canonical JSON's SHA-256 is the snapshot's digest. */
export interface Manifest {
  readonly namespace: string;
  readonly references: readonly string[];
  readonly objects: readonly ManifestEntry[];
}

/** The plain text of a snapshot. The objects stand in the capture's order, which says nothing; the manifest has one of its own. */
export interface Content {
  readonly manifest: Manifest;
  readonly objects: readonly RawObject[];
}

/** The manifest has one order and one spelling: the same capture gives the same digest, whatever order it came in. */
export function contentOf({ namespace, references, objects }: Capture): Content {
  return { manifest: { namespace, references: [...new Set(references)].toSorted(), objects: entriesOf(objects) }, objects };
}

export function digestOf(manifest: Manifest): string {
  return sha256(canonical(manifest));
}

export function encodeContent(content: Content): Buffer {
  return Buffer.from(canonical(content));
}

/**
 * The capture again, after every object was compared with the manifest and the manifest with `digest`.
 * Throws `SnapshotDamaged` and names what differs.
 */
export function decodeContent(bytes: Buffer, digest: string): Capture {
  const { manifest, objects } = parse(bytes);
  const found = digestOf(manifest);
  const entries = new Set(entriesOf(objects).map(canonical));
  const reasons = [
    ...(found === digest ? [] : [`The manifest has the digest ${found}, not ${digest}.`]),
    ...(objects.length === manifest.objects.length ? [] : [`It holds ${objects.length} objects; its manifest lists ${manifest.objects.length}.`]),
    ...manifest.objects.filter((entry) => !entries.has(canonical(entry))).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name} is not what the manifest says.`),
  ];
  if (reasons.length > 0) throw damaged(`The content of the snapshot is damaged. ${reasons.join(' ')}`, { reasons });
  return { namespace: manifest.namespace, references: manifest.references, objects };
}

export function damaged(message: string, options: { reasons?: readonly string[]; cause?: unknown } = {}): ChangeoverError {
  return new ChangeoverError('SnapshotDamaged', message, options);
}

function parse(bytes: Buffer): Content {
  try {
    const content = JSON.parse(bytes.toString()) as Partial<Content> | null;
    const manifest = content?.manifest;
    if (manifest !== undefined && Array.isArray(manifest.objects) && Array.isArray(content?.objects)) return { manifest, objects: content.objects };
  } catch {
    // The parser's message may quote the content, which holds secrets.
  }
  throw damaged('The content of the snapshot is not a manifest with objects.');
}

function entryOf(object: RawObject): ManifestEntry {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', sha256: sha256(canonical(object)) };
}

function entriesOf(objects: readonly RawObject[]): readonly ManifestEntry[] {
  return objects.map(entryOf).toSorted((a, b) => compare(orderOf(a), orderOf(b)));
}

function orderOf({ apiVersion, kind, namespace, name, sha256: digest }: ManifestEntry): string {
  return [apiVersion, kind, namespace, name, digest].join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
