import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { productConfigPath } from '../../../lab/scenario/product-paths.js';

/** A copy of a journal with a configuration of its own, to be spoilt. */
export class JournalCopy {
  private readonly folder = mkdtempSync(join(tmpdir(), 'journal-copy-'));
  readonly config = join(this.folder, 'changeover.yaml');
  readonly ledger = join(this.folder, 'journal', 'ledger.jsonl');

  constructor(journal: string) {
    cpSync(journal, join(this.folder, 'journal'), { recursive: true, dereference: true });
    const config = parse(readFileSync(productConfigPath(), 'utf8')) as object;
    writeFileSync(this.config, stringify({ ...config, journal: { folder: './journal' } }));
  }

  runFile(name: string): string {
    return join(this.folder, 'journal', 'runs', name);
  }

  /** Writes a file's lines anew. */
  change(file: string, change: (lines: readonly string[]) => readonly string[]): void {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    writeFileSync(file, change(lines).map((line) => `${line}\n`).join(''));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
