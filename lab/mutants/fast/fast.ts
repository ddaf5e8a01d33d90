/** The fast mutants: one sabotage of the sources after the other in a copy of the project, each of which must turn the named test red. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../paths.js';
import { edited } from '../edited.js';
import { sabotages as catalog } from './catalog.js';
import type { Sabotage } from './sabotage.js';

const usage = `Usage: node dist/lab/mutants/fast/fast.js [--only NAME]...

Sabotages the sources in turn and runs the test that must notice. Ends with 0 only if each was noticed by a failed assertion, and if
the same tests are green without a sabotage.

${catalog.map(({ law, name, sabotage }) => `  law ${String(law).padEnd(3)} ${name.padEnd(28)} ${sabotage}`).join('\n')}`;

/** What jest says in its report, as far as it is needed. */
interface Report {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/** A sabotage may make a wait endless; jest ends a test after a minute. */
const PATIENCE_MS = 300_000;
const copied = ['src', 'test', 'lab', 'bench', 'docs', 'deploy', 'package.json', 'package-lock.json', 'tsconfig.json', 'jest.config.mjs'];

/** A copy of the project whose packages are those of the original. */
function copyOfProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'changeover-mutants-'));
  for (const part of copied) cpSync(join(repositoryRoot(), part), join(folder, part), { recursive: true });
  symlinkSync(join(repositoryRoot(), 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function jest(folder: string, args: readonly string[]): Promise<Report> {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const program = [join('node_modules', 'jest', 'bin', 'jest.js'), '--selectProjects', 'fast', 'stories', '--json', '--outputFile', report, '--silent', '--forceExit', ...args];
  await new Promise<void>((resolve) => execFile(process.execPath, ['--experimental-vm-modules', '--no-warnings', ...program], { cwd: folder, timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024 }, () => resolve()));
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

/** Null when the sabotage was noticed; otherwise why not. */
async function tried(folder: string, sabotage: Sabotage): Promise<string | null> {
  const originals = sabotage.edits.map(({ file }) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
  try {
    for (const edit of sabotage.edits) writeFileSync(join(folder, edit.file), edited(readFileSync(join(folder, edit.file), 'utf8'), edit));
    const { numFailedTests, numPassedTests, numRuntimeErrorTestSuites } = await jest(folder, ['--testPathPatterns', sabotage.test, ...(sabotage.titles === undefined ? [] : ['--testNamePattern', sabotage.titles])]);
    if (numRuntimeErrorTestSuites > 0) return 'the test could not be run: the sabotage is no program';
    return numFailedTests > 0 ? null : `not noticed by ${numPassedTests} tests`;
  } finally {
    for (const { file, text } of originals) writeFileSync(join(folder, file), text);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const chosen = catalog.filter(({ name }) => values.only === undefined || values.only.includes(name));
  const folder = copyOfProject();
  try {
    const control = await jest(folder, ['--testPathPatterns', ...new Set(chosen.map(({ test }) => test))]);
    const isGreen = control.numFailedTests === 0 && control.numRuntimeErrorTestSuites === 0 && control.numPassedTests > 0;
    console.log(`${isGreen ? 'ok    ' : 'WRONG '} without a sabotage: ${control.numPassedTests} tests passed, ${control.numFailedTests} failed`);
    let unnoticed = 0;
    for (const sabotage of chosen) {
      const began = performance.now();
      const why = await tried(folder, sabotage);
      if (why !== null) unnoticed += 1;
      console.log(`${why === null ? 'ok    ' : 'WRONG '} law ${String(sabotage.law).padEnd(3)} ${sabotage.name.padEnd(28)} ${why ?? `noticed by ${sabotage.test}`} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    }
    return isGreen && unnoticed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
