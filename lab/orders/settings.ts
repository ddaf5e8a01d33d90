/** Where the orders service runs and what it was given; read once at start-up. */
export interface Settings {
  /** Address to listen on: the pod's own. */
  readonly host: string;
  readonly port: number;
  /** The site that stamps every entry, taken from the node's name ("east-1" is a node of "east"). */
  readonly site: string;
  readonly ledgerDir: string;
  readonly indexDir: string;
  readonly greeting: string;
  /** Bearer token of the listing; without one the listing is closed to everybody. */
  readonly apiToken: string | undefined;
  /** False only in the sabotaged build: acknowledge from memory, write some time later. */
  readonly durable: boolean;
}

/** Every fault of the environment in one message, so that a person mends them in one go. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`orders cannot start: ${faults.join('; ')}`);
    this.name = 'SettingsError';
  }
}

/**
 * The site comes from the node and not from a ConfigMap: a ConfigMap travels with the application's
 * snapshot, and an entry written at the target would then carry the source's name.
 */
function siteOfNode(nodeName: string): string | undefined {
  return /^(?<site>[a-z][a-z0-9-]*)-\d+$/.exec(nodeName)?.groups?.['site'];
}

/** @throws SettingsError with all faults together. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const port = Number(env['PORT'] ?? '8080');
  if (!Number.isInteger(port) || port < 0 || port > 65535) faults.push(`PORT is not a port: ${env['PORT']}`);
  const nodeName = env['NODE_NAME'] ?? '';
  const site = siteOfNode(nodeName);
  if (site === undefined) faults.push(`NODE_NAME must look like <site>-<number>, it is "${nodeName}"`);
  if (faults.length > 0 || site === undefined) throw new SettingsError(faults);
  return {
    host: env['POD_IP'] ?? '127.0.0.1',
    port,
    site,
    ledgerDir: env['LEDGER_DIR'] ?? '/ledger',
    indexDir: env['INDEX_DIR'] ?? '/index',
    greeting: env['GREETING'] ?? 'orders',
    apiToken: env['API_TOKEN'] || undefined,
    durable: env['ORDERS_NO_FSYNC'] !== '1',
  };
}
