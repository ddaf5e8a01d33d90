import type { Shown } from '../fault.js';

/** A scenario that is not played as a fault of its own: what happens, what the product does, and the tests that show it. */
export interface Row {
  readonly what: string;
  /** What the product does today, one sentence; where it does nothing, that. */
  readonly does: string;
  /** Empty where no test shows it; the document says so. */
  readonly tests: readonly Shown[];
}

/** A test: the file below `test/` without `.test.ts`, and a title that stands in it. */
export function by(file: string, ...titles: readonly string[]): readonly Shown[] {
  const path = file.endsWith('.ts') ? `test/${file}` : `test/${file}.test.ts`;
  return titles.map((title) => ({ file: path, title }));
}
