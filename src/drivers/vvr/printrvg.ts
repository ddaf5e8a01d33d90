import type { Role } from '../../domain/roles.js';
import { blocksOf, configErrorsOf, parseReports, type Block } from './report.js';

/** One host of the replicated data set. */
export interface RvgHost {
  readonly role: 'primary' | 'secondary';
  readonly host: string;
  readonly rvg: string;
  readonly diskGroup: string;
  /** VVR marks the host that answers with `<localhost>`. */
  readonly local: boolean;
  /** The RVG's state on this host where it is printed, else null. */
  readonly state: string | null;
}

/** `vradmin -g DG -l printrvg RVG`. */
export interface Printrvg {
  readonly hosts: readonly RvgHost[];
  readonly configErrors: readonly string[];
}

const LOCAL = '<localhost>';

/** Null when the text holds no report about this RVG. */
export function parsePrintrvg(text: string, rvg: string): Printrvg | null {
  const report = parseReports(text).find((candidate) => candidate.dataSet === rvg);
  if (report === undefined) return null;
  return {
    hosts: [
      ...blocksOf(report, 'Primary').map((block) => rvgHost('primary', block)),
      ...blocksOf(report, 'Secondary').map((block) => rvgHost('secondary', block)),
    ],
    configErrors: configErrorsOf(report),
  };
}

function rvgHost(role: 'primary' | 'secondary', { fields }: Block): RvgHost {
  const host = fields.get('hostname') ?? '';
  return {
    role,
    host: host.replace(LOCAL, '').trim(),
    rvg: fields.get('rvgname') ?? '',
    diskGroup: fields.get('dgname') ?? '',
    local: host.includes(LOCAL),
    state: fields.get('rvgstate') ?? null,
  };
}

/** The host that answered; null unless exactly one block is marked as local. */
export function localHost(report: Printrvg): RvgHost | null {
  const local = report.hosts.filter((host) => host.local);
  return local.length === 1 ? (local[0] ?? null) : null;
}

/**
 * This site's role. A host that VVR lists as Primary but calls `acting secondary` (word recalled, not verified:
 * the old Primary after a takeover with fast failback) cannot write.
 */
export function ownRole(report: Printrvg): Role {
  const local = localHost(report);
  if (local === null) return 'unreadable';
  if (local.role === 'primary' && /acting secondary/i.test(local.state ?? '')) return 'secondary';
  return local.role;
}
