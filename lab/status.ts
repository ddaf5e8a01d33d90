import { allComponents } from './component-list.js';
import { readLinks } from './links/links.js';
import type { LinkReport } from './links/control.js';
import { componentFiles, readRecord } from './process/component.js';
import { isAlive, isPaused } from './process/identity.js';

export interface ComponentStatus {
  readonly id: string;
  /** `ended` had been started and is gone without `lab down`. */
  readonly state: 'running' | 'paused' | 'ended' | 'down';
  readonly pid: number | undefined;
  readonly since: string | undefined;
  readonly listens: readonly string[];
  readonly log: string;
}

export interface LabStatus {
  readonly components: readonly ComponentStatus[];
  /** Empty when the links' process does not answer. */
  readonly links: readonly LinkReport[];
}

/** What runs now, read from pidfiles and /proc. */
export async function labStatus(): Promise<LabStatus> {
  const components = allComponents().map((component): ComponentStatus => {
    const record = readRecord(component);
    const alive = record !== undefined && isAlive(record.identity);
    return {
      id: component.id,
      state: record === undefined ? 'down' : !alive ? 'ended' : isPaused(record.identity) ? 'paused' : 'running',
      pid: alive ? record.identity.pid : undefined,
      since: alive ? record.startedAt : undefined,
      listens: (record?.listens ?? []).map(({ host, port }) => `${host}:${port}`),
      log: componentFiles(component).log,
    };
  });
  return { components, links: await readLinks().catch(() => []) };
}

/** The status as a table for people. */
export function statusTable(status: LabStatus): string {
  const rows = status.components.map((one) => [one.id, one.state, String(one.pid ?? ''), one.since ?? '', one.id === 'links' ? '' : one.listens.join(' ')]);
  const links = status.links.map((link) => [
    link.name, link.mode === 'slow' ? `slow ${link.latencyMs} ms` : link.mode, `${link.from} -> ${link.to}`, `${link.connections} connections`,
  ]);
  return [
    table([['COMPONENT', 'STATE', 'PID', 'SINCE', 'LISTENS'], ...rows]),
    ...(links.length === 0 ? [] : ['', table([['LINK', 'MODE', 'PATH', 'OPEN'], ...links])]),
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
