import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../../src/workflows/step.js';
import { root } from './markdown.js';

const folder = join(root, 'src/workflows/steps');

const isStep = (value: unknown): value is Step<never, unknown> => typeof value === 'object' && value !== null && 'do' in value && 'title' in value;

/** Every step of the code. One file after the other: side by side, imports of one module are linked before they are ready. */
export async function allSteps(): Promise<readonly Step<never, unknown>[]> {
  const found: Step<never, unknown>[] = [];
  for (const file of readdirSync(folder)) {
    const module = (await import(join(folder, file))) as Record<string, unknown>;
    found.push(...Object.values(module).filter(isStep));
  }
  return found;
}
