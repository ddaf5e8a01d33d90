import type { Client } from '@temporalio/client';
import { CONTROL_QUEUE, siteQueue } from '../domain/names.js';
import { readPollers, readWorkflowPollers } from '../client/now.js';
import { attributes } from '../workflows/search-attributes.js';
import { looked, ok, wrong, type Finding } from './finding.js';

/** INDEXED_VALUE_TYPE_KEYWORD of temporal.api.enums.v1. */
const KEYWORD = 2;
const DAY_SECONDS = 86_400;

/** Temporal's namespace, the search attributes of runs, and who answers each queue. */
export async function examineTemporal(client: Client, sites: readonly string[]): Promise<readonly Finding[]> {
  const { namespace } = client.options;
  const home = await looked({ area: 'temporal', subject: namespace }, async () => namespaceOf(client, namespace));
  // Without the namespace every other answer would only say so again.
  if (home.some(({ result }) => result !== 'ok')) return home;
  const found = await Promise.all([
    looked({ area: 'temporal', subject: 'search attributes' }, async () => searchAttributes(client, namespace)),
    looked({ area: 'workers', subject: CONTROL_QUEUE }, async () => queue(CONTROL_QUEUE, await readWorkflowPollers(client, CONTROL_QUEUE), 'Start a control worker; no run begins or goes on without one.')),
    ...sites.map((site) =>
      looked({ area: 'workers', subject: siteQueue(site) }, async () => queue(siteQueue(site), await readPollers(client, site), `Start the worker of ${site} (--sites ${site}); nothing is looked at or changed there without one.`)),
    ),
  ]);
  return [...home, ...found.flat()];
}

async function namespaceOf(client: Client, namespace: string): Promise<Finding> {
  const of = { area: 'temporal', subject: namespace } as const;
  try {
    const { config } = await client.workflowService.describeNamespace({ namespace });
    const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_SECONDS;
    return ok(of, `the namespace is there; closed runs are kept for ${days} ${days === 1 ? 'day' : 'days'}`);
  } catch (error) {
    if (!(error instanceof Error) || !/not found/i.test(error.message)) throw error;
    return wrong(of, 'the namespace is not there', `temporal operator namespace create --namespace ${namespace} --retention 30d`);
  }
}

async function searchAttributes(client: Client, namespace: string): Promise<Finding> {
  const of = { area: 'temporal', subject: 'search attributes' } as const;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  const names = Object.values(attributes).map(({ name }) => name);
  const missing = names.filter((name) => customAttributes?.[name] === undefined);
  const other = names.filter((name) => customAttributes?.[name] !== undefined && customAttributes[name] !== KEYWORD);
  if (other.length > 0) return wrong(of, `not of type Keyword: ${other.join(', ')}`, `Remove them and create them again: ${command(namespace, other)}`);
  if (missing.length > 0) return wrong(of, `not registered: ${missing.join(', ')}`, command(namespace, missing));
  return ok(of, `registered: ${names.join(', ')}`);
}

function command(namespace: string, names: readonly string[]): string {
  return `temporal operator search-attribute create --namespace ${namespace} ${names.map((name) => `--name ${name} --type Keyword`).join(' ')}`;
}

function queue(name: string, workers: readonly string[], advice: string): Finding {
  const of = { area: 'workers', subject: name } as const;
  return workers.length === 0 ? wrong(of, 'nobody polls this queue', advice) : ok(of, `answered by ${workers.join(', ')}`);
}
