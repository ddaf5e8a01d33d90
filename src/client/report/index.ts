import type { RunRecord } from '../record.js';
import { contentOf } from './content.js';
import { htmlReport } from './html.js';
import { markdownReport } from './markdown.js';

export type ReportFormat = 'html' | 'markdown';

/** The report of a run from its record alone: one self-contained HTML file, or Markdown. */
export function renderReport(record: RunRecord, format: ReportFormat): string {
  const content = contentOf(record);
  return format === 'html' ? htmlReport(content, record.ok) : markdownReport(content);
}
