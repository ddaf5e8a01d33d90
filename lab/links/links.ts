import { labProgram } from '../paths.js';
import { linksControlPort } from '../settings.js';
import type { ComponentSpec } from '../process/component.js';
import { linkCatalog } from './catalog.js';
import type { LinkReport } from './control.js';
import type { LinkState } from './fault-proxy.js';

/** How the links' process is started. */
export function linksSpec(): ComponentSpec {
  return {
    id: 'links', scope: 'links', name: 'links',
    command: process.execPath,
    args: [labProgram('links', 'main.js')],
    listens: [{ host: '127.0.0.1', port: linksControlPort }, ...linkCatalog().map((link) => link.from)],
  };
}

const control = `http://127.0.0.1:${linksControlPort}`;

/** The state of every link. @throws when the links' process does not answer. */
export async function readLinks(): Promise<LinkReport[]> {
  const response = await fetch(`${control}/links`, { signal: AbortSignal.timeout(2000) });
  return (await response.json()) as LinkReport[];
}

/** Switches one link. @throws Error with the switchboard's reason. */
export async function setLink(name: string, state: LinkState): Promise<LinkReport> {
  const response = await fetch(`${control}/links/${encodeURIComponent(name)}`, {
    method: 'PUT', body: JSON.stringify(state), headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(2000),
  });
  const body = (await response.json()) as LinkReport & { error?: string };
  if (!response.ok) throw new Error(`link ${name}: ${body.error ?? response.statusText}`);
  return body;
}

/** Makes every link whole again. */
export async function healLinks(): Promise<void> {
  for (const link of await readLinks()) await setLink(link.name, { mode: 'ok', latencyMs: 0 });
}
