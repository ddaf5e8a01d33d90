import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { updateKeyPath } from '../../../lab/names/names.js';
import { scopeFolder } from '../../../lab/paths.js';
import { withApi } from '../../../lab/scenario/application.js';
import { payloadKeyPath } from '../../../lab/scenario/installation.js';
import type { ToolResult } from '../../../lab/scenario/tool.js';
import { siteNames, sites, temporalPorts } from '../../../lab/settings.js';
import { kubeconfigPath } from '../../../lab/site/kubeconfig.js';
import { connect } from '../../../src/client/connect.js';

/** Everything secret that the product reads: the application's, the name servers' and its own; the payload key where there is one. */
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
    ...(existsSync(payloadKeyPath()) ? { 'payload key': readFileSync(payloadKeyPath(), 'utf8').trim() } : {}),
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

/** Every file of the journal: what the product keeps beyond Temporal. */
export function journalFiles(): readonly string[] {
  const folder = join(scopeFolder('product'), 'journal');
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Every history that Temporal keeps, payloads as text where they are text: a database splits long values over its pages. Sealed ones stay sealed. */
export async function histories(): Promise<string> {
  const client = await connect({ address: `127.0.0.1:${temporalPorts.grpc}`, namespace: 'default' });
  try {
    const texts: string[] = [];
    // Raw: the client would open the memos, for which it may lack the key.
    const { executions } = await client.workflowService.listWorkflowExecutions({ namespace: 'default', pageSize: 100 });
    for (const { execution } of executions ?? []) {
      const history = await client.workflow.getHandle(execution?.workflowId ?? '', execution?.runId ?? '').fetchHistory();
      texts.push(JSON.stringify(history, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value)));
    }
    return texts.join('\n');
  } finally {
    await client.connection.close();
  }
}

/** Searches for each secret, in every form, in what is kept and in what was printed. `printed`: texts by name. */
export async function expectNoSecret(files: readonly string[], printed: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, secret] of Object.entries(await plantedSecrets())) {
    const forms = encodings(secret);
    expect({ name, files: filesHolding(files, forms) }).toEqual({ name, files: [] });
    for (const [where, text] of Object.entries(printed)) expect({ name, where, lines: lines(text, forms) }).toEqual({ name, where, lines: [] });
  }
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
