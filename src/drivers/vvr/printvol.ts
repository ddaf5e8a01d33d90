import type { ReplicatedVolume } from '../../domain/observation.js';

interface Row {
  readonly kind: string;
  /** One value a column: the Primary, then each Secondary; empty where the column is. */
  readonly values: readonly string[];
}

/**
 * `vradmin -g DG printvol RVG`: columns `TY PRIMARY SECONDARY…`, rows `h` host, `dg`, `rv`, then per volume
 * `v` name, `sz` sectors, `pn` plexes, `fl` flags.
 * With several Secondaries a volume's peer is the first that differs from the Primary, so that a difference is never hidden.
 */
export function parsePrintvol(text: string): readonly ReplicatedVolume[] {
  return volumeRows(text).map(toVolume);
}

function volumeRows(text: string): readonly Map<string, readonly string[]>[] {
  const volumes: Map<string, readonly string[]>[] = [];
  for (const row of rowsOf(text)) {
    if (row.kind === 'v') volumes.push(new Map([['v', row.values]]));
    else volumes.at(-1)?.set(row.kind, row.values);
  }
  return volumes;
}

function rowsOf(text: string): readonly Row[] {
  const lines = text.split(/\r?\n/);
  const header = lines.findIndex((line) => /^\s*TY\s+PRIMARY\b/.test(line));
  if (header < 0) return [];
  const starts = [...(lines[header] ?? '').matchAll(/\S+/g)].map((match) => match.index).slice(1);
  return lines.slice(header + 1).filter((line) => line.trim() !== '').map((line) => toRow(line, starts));
}

function toRow(line: string, starts: readonly number[]): Row {
  const [kind = '', ...words] = line.trim().split(/\s+/);
  if (words.length === starts.length) return { kind, values: words };
  // Fewer words than columns: something is empty, so only the position says which column a word belongs to.
  return { kind, values: starts.map((start, index) => line.slice(start, starts[index + 1]).trim()) };
}

function toVolume(rows: ReadonlyMap<string, readonly string[]>): ReplicatedVolume {
  // `-` stands for nothing (recalled).
  const at = (kind: string, column: number): string => (rows.get(kind)?.[column] ?? '').replace(/^-$/, '');
  const own = { name: at('v', 0), sectors: Number(at('sz', 0)), dcm: hasDcm(at('fl', 0)) };
  const peers = (rows.get('v') ?? []).slice(1).map((_, index) => ({
    name: at('v', index + 1) || null,
    sectors: at('sz', index + 1) === '' ? null : Number(at('sz', index + 1)),
    dcm: at('v', index + 1) === '' ? null : hasDcm(at('fl', index + 1)),
  }));
  const peer = peers.find((one) => one.name !== own.name || one.sectors !== own.sectors || one.dcm !== own.dcm) ?? peers[0];
  return { ...own, peerName: peer?.name ?? null, peerSectors: peer?.sectors ?? null, peerDcm: peer?.dcm ?? null };
}

function hasDcm(flags: string): boolean {
  return flags.split(/[^A-Za-z0-9]+/).includes('DCM');
}
