import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

const lab = fileURLToPath(new URL('../../../lab/', import.meta.url));

/** A temporary folder that the test removes itself. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'changeover-orders-'));
}

/**
 * Compiles one folder of lab/ on its own, so that the test runs the program as a process without a build,
 * and a program that imports anything outside its folder fails to start.
 * @returns the folder with the compiled programs.
 */
export function compileProgram(name: 'orders' | 'client' | 'judge', into: string): string {
  const out = join(into, name);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(into, 'package.json'), '{"type":"module"}\n');
  for (const file of readdirSync(join(lab, name)).filter((each) => each.endsWith('.ts') && each !== 'manifests.ts')) {
    const { code } = transformFileSync(join(lab, name, file), {
      swcrc: false,
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    writeFileSync(join(out, file.replace(/\.ts$/, '.js')), code);
  }
  return out;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process whose output lines can be waited for. */
export class RunningProgram {
  readonly exited: Promise<Exit>;
  private output = '';
  private readonly waiting: { readonly text: string; readonly resolve: (line: string) => void }[] = [];

  private constructor(private readonly child: ChildProcess) {
    this.exited = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (chunk: string) => this.take(chunk));
    }
  }

  static start(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningProgram {
    return new RunningProgram(spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Resolves with the first line that holds the text; rejects when the program ends without it. */
  async line(text: string): Promise<string> {
    const found = new Promise<string>((resolve) => {
      this.waiting.push({ text, resolve });
      this.take('');
    });
    const ended = this.exited.then(() => {
      if (!this.output.includes(text)) throw new Error(`ended without "${text}":\n${this.output}`);
    });
    const line = await Promise.race([found, ended]);
    return line ?? found;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  private take(chunk: string): void {
    this.output += chunk;
    const lines = this.output.split('\n').slice(0, -1);
    for (const { text, resolve } of this.waiting) {
      const line = lines.find((each) => each.includes(text));
      if (line !== undefined) resolve(line);
    }
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
