import { spawn } from 'node:child_process';
import { productConfigPath } from './product-paths.js';

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  /** Receives each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the product's own command with the lab's configuration and waits for its end. It does not throw for an exit code. */
export async function changeover(program: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const env = { ...process.env, CHANGEOVER_CONFIG: productConfigPath(), CHANGEOVER_USER: 'lab', ...options.env };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const abort = (): void => void child.kill('SIGTERM');
    options.signal?.addEventListener('abort', abort, { once: true });
    let stdout = '';
    let stderr = '';
    let pending = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const lines = (pending + text).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) options.onLine?.(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      options.signal?.removeEventListener('abort', abort);
      resolve({ exitCode: code ?? 1, stdout, stderr });
    });
  });
}

/** The same, where anything but success is a fault of the lab. */
export async function runTool(program: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const result = await changeover(program, args, options);
  if (result.exitCode !== 0) throw new Error(`changeover ${args.join(' ')} ended with ${result.exitCode}: ${result.stderr.trim() || result.stdout.trim()}`);
  return result;
}
