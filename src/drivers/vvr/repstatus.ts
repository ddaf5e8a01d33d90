import type { SecondaryView } from '../../domain/observation.js';
import { blocksOf, configErrorsOf, parseReports, type Block } from './report.js';

/** `vradmin -g DG -l repstatus RVG`. On a Secondary it is last known and may be out of date (VVR documents it so). */
export interface Repstatus {
  readonly primaryHost: string;
  readonly rvgState: string;
  readonly secondaries: readonly SecondaryView[];
  readonly configErrors: readonly string[];
}

/** Null when the text holds no report about this RVG. */
export function parseRepstatus(text: string, rvg: string): Repstatus | null {
  const report = parseReports(text).find((candidate) => candidate.dataSet === rvg);
  if (report === undefined) return null;
  const primary = blocksOf(report, 'Primary')[0];
  return {
    primaryHost: primary?.fields.get('hostname') ?? '',
    rvgState: primary?.fields.get('rvgstate') ?? '',
    secondaries: blocksOf(report, 'Secondary').map(secondaryView),
    configErrors: configErrorsOf(report),
  };
}

function secondaryView({ fields }: Block): SecondaryView {
  return {
    host: fields.get('hostname') ?? '',
    dataStatus: fields.get('datastatus') ?? '',
    replicationStatus: fields.get('replicationstatus') ?? '',
    loggingTo: fields.get('loggingto') ?? '',
    // `behind by  0h 0m 0s`: two blanks in the original; people want the rest.
    behind: (fields.get('timestampinformation') ?? '').replace(/^behind by\s+/, ''),
    mode: fields.get('currentmode') ?? fields.get('configuredmode') ?? '',
    bandwidth: fields.get('bandwidthlimit') ?? '',
  };
}
