import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../paths.js';
import { edited } from './edited.js';
import type { Edit, Mutant } from './mutant.js';

const run = promisify(execFile);

/** The workflows' bundle is made of these; a change in them is nothing without a new bundle. */
const bundled = ['src/workflows/', 'src/domain/'];

function dist(): string {
  return join(repositoryRoot(), 'dist');
}

function editedIn(folder: string, edit: Edit): string {
  return edited(readFileSync(join(folder, edit.file), 'utf8'), edit);
}

/** Mutants whose edits no longer fit the product: reasons, none when all fit. */
export function misfits(mutants: readonly Mutant[]): readonly string[] {
  return mutants.flatMap(({ name, edits }) =>
    edits.flatMap((edit) => {
      try {
        editedIn(dist(), edit);
        return [];
      } catch (error) {
        return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
      }
    }),
  );
}

/**
 * A copy of the compiled product with the mutant's edits, bundle included. It stands below node_modules, so that its imports resolve.
 * @returns the copy's folder, which takes the place of `dist`.
 */
export async function sabotagedBuild({ name, edits }: Mutant): Promise<string> {
  const folder = buildFolder(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ['src', 'workflow-bundle.js']) cpSync(join(dist(), part), join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  for (const edit of edits) writeFileSync(join(folder, edit.file), editedIn(folder, edit));
  if (edits.some(({ file }) => bundled.some((part) => file.startsWith(part)))) await run(process.execPath, [join(folder, 'src', 'bundle.js')], { timeout: 120_000 });
  return folder;
}

export function removeBuild({ name }: Mutant): void {
  rmSync(buildFolder(name), { recursive: true, force: true });
}

function buildFolder(name: string): string {
  return join(repositoryRoot(), 'node_modules', '.cache', 'changeover-mutants', name);
}
