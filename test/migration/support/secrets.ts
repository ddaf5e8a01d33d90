import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { updateKeyPath } from '../../../lab/names/names.js';
import { scopeFolder } from '../../../lab/paths.js';
import { withApi } from '../../../lab/scenario/application.js';
import type { ToolResult } from '../../../lab/scenario/tool.js';
import { siteNames, sites } from '../../../lab/settings.js';
import { kubeconfigPath } from '../../../lab/site/kubeconfig.js';

/** Everything secret that the product reads: the application's, the name servers' and its own. */
export async function plantedSecrets(): Promise<Readonly<Record<string, string>>> {
  const found = (text: string, pattern: RegExp): string => {
    const value = pattern.exec(text)?.[1];
    if (value === undefined) throw new Error(`no secret found by ${pattern}`);
    return value;
  };
  const own = siteNames.flatMap((site): [string, string][] => [
    [`token of ${site}`, found(readFileSync(kubeconfigPath(sites[site], 'changeover'), 'utf8'), /token: *"?([\w.-]+)/)],
    [`private key of ${site}`, longestLine(readFileSync(join(scopeFolder('product'), `${site}.key`), 'utf8'))],
  ]);
  const secret = await withApi('east', async (api) => (await api.request('GET', '/api/v1/namespaces/orders/secrets/orders')) as { data: Readonly<Record<string, string>> });
  return {
    'token of orders': Buffer.from(secret.data['api-token'] ?? '', 'base64').toString('utf8'),
    'TSIG key': found(readFileSync(updateKeyPath(), 'utf8'), /secret "([^"]+)"/),
    ...Object.fromEntries(own),
  };
}

function longestLine(text: string): string {
  return text.split('\n').toSorted((a, b) => b.length - a.length)[0] ?? '';
}

/** The text as it is, and as it looks inside base64 at each of the three places where it can begin. */
export function encodings(text: string): readonly string[] {
  if (text.length < 6) throw new Error('too short to be told from chance');
  return [text, ...[0, 1, 2].map((shift) => Buffer.from(`${' '.repeat(shift)}${text}`).toString('base64').replace(/=+$/, '').slice(shift === 0 ? 0 : 4, -2))];
}

export function filesHolding(files: readonly string[], forms: readonly string[]): readonly string[] {
  return files.filter((file) => {
    const content = readFileSync(file);
    return forms.some((form) => content.includes(form));
  });
}

/** The lines that hold one of these forms, cut short. */
export function lines(text: string, forms: readonly string[]): readonly string[] {
  return text.split('\n').filter((line) => forms.some((form) => line.includes(form))).map((line) => line.slice(0, 200));
}

/** Temporal's database with what belongs to it. */
export function temporalFiles(): readonly string[] {
  const folder = scopeFolder('temporal');
  return readdirSync(folder).filter((name) => name.startsWith('temporal.db')).map((name) => join(folder, name));
}

/** Keeps what the command printed. */
export function cliOutputs() {
  const kept: string[] = [];
  return {
    keep: (result: ToolResult): ToolResult => {
      kept.push(result.stdout, result.stderr);
      return result;
    },
    all: (): string => kept.join('\n'),
  };
}
