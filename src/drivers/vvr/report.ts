/** One `Primary:`, `Secondary:` or `Config Errors:` block of a VVR report. */
export interface Block {
  readonly title: string;
  /** Keys as `fieldKey` makes them; the first of equal keys wins. */
  readonly fields: ReadonlyMap<string, string>;
  /** The block's lines, trimmed, for blocks that are prose. */
  readonly lines: readonly string[];
}

/** What VVR says about one replicated data set. */
export interface Report {
  readonly dataSet: string;
  readonly blocks: readonly Block[];
}

/** `Host name`, `HostName` and `host_name` are the same field: repstatus and printrvg spell them differently. */
export function fieldKey(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/**
 * Reads the layout that `vradmin repstatus` and `vradmin printrvg` share (VVR Administrator's Guide, "Displaying
 * consolidated replication status"): `Replicated Data Set: x`, then unindented block titles, then indented `key: value`.
 * Text that is none of these is skipped; whoever asks for a field that is not there gets nothing, never a default.
 */
export function parseReports(text: string): readonly Report[] {
  const reports: { dataSet: string; blocks: { title: string; fields: Map<string, string>; lines: string[] }[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const start = /^\s*Replicated Data Set:\s*(\S+)/.exec(line);
    if (start !== null) {
      reports.push({ dataSet: start[1] ?? '', blocks: [] });
      continue;
    }
    const report = reports.at(-1);
    if (report === undefined) continue;
    const title = /^(\S[^:]*):\s*$/.exec(line);
    if (title !== null) {
      report.blocks.push({ title: title[1] ?? '', fields: new Map(), lines: [] });
      continue;
    }
    const block = report.blocks.at(-1);
    if (block === undefined) continue;
    block.lines.push(line.trim());
    const field = /^\s*([^:]+):\s*(.*?)\s*$/.exec(line);
    const key = fieldKey(field?.[1] ?? '');
    if (key !== '' && !block.fields.has(key)) block.fields.set(key, field?.[2] ?? '');
  }
  return reports;
}

/** Blocks with this title, in the order of the report. */
export function blocksOf(report: Report, title: string): readonly Block[] {
  return report.blocks.filter((block) => block.title.toLowerCase() === title.toLowerCase());
}

/** Every line under `Config Errors:`; any line at all is an error. */
export function configErrorsOf(report: Report): readonly string[] {
  return blocksOf(report, 'Config Errors').flatMap((block) => block.lines);
}
