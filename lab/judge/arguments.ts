import { parseArgs } from 'node:util';

export interface JudgeArguments {
  /** Site → folder that holds orders.log. */
  readonly ledgerDirs: ReadonlyMap<string, string>;
  /** Site → folder that holds the table. */
  readonly indexDirs: ReadonlyMap<string, string>;
  readonly acks: string;
  readonly writability: readonly string[];
  /** The site that must be Primary at the end; without it the logs say which one is. */
  readonly primary: string | undefined;
  /** The volume group to judge; needed when the logs hold several. */
  readonly rvg: string | undefined;
  /** Address → site, for answers of name servers whose address never acknowledged anything. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly json: boolean;
}

export const usage =
  'usage: judge --ledger-dirs SITE=DIR,SITE=DIR --index-dirs SITE=DIR,SITE=DIR --acks FILE ' +
  '--writability FILE,FILE [--primary SITE] [--rvg NAME] [--addresses SITE=IP,SITE=IP] [--json]';

/** "east=/a,west=/b" as pairs; a part without a name or a value is a fault. */
function pairs(option: string, text: string, faults: string[]): [string, string][] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part): [string, string][] => {
      const cut = part.indexOf('=');
      if (cut > 0 && cut < part.length - 1) return [[part.slice(0, cut), part.slice(cut + 1)]];
      faults.push(`--${option}: "${part}" is not SITE=VALUE`);
      return [];
    });
}

/** @throws Error with all faults in one message. */
export function readArguments(argv: readonly string[]): JudgeArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'ledger-dirs': { type: 'string', default: '' },
      'index-dirs': { type: 'string', default: '' },
      acks: { type: 'string', default: '' },
      writability: { type: 'string', default: '' },
      primary: { type: 'string' },
      rvg: { type: 'string' },
      addresses: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  });
  const faults: string[] = [];
  const ledgerDirs = new Map(pairs('ledger-dirs', values['ledger-dirs'], faults));
  const indexDirs = new Map(pairs('index-dirs', values['index-dirs'], faults));
  const addresses = new Map(pairs('addresses', values.addresses, faults).map(([site, ip]): [string, string] => [ip, site]));
  const writability = values.writability.split(',').filter((file) => file !== '');
  if (ledgerDirs.size === 0) faults.push('--ledger-dirs is missing');
  for (const site of ledgerDirs.keys()) {
    if (!indexDirs.has(site)) faults.push(`--index-dirs does not name ${site}`);
  }
  if (values.acks === '') faults.push('--acks is missing');
  if (writability.length === 0) faults.push('--writability is missing');
  const { primary, rvg, acks, json } = values;
  if (primary !== undefined && !ledgerDirs.has(primary)) faults.push(`--ledger-dirs does not name ${primary}`);
  if (faults.length > 0) throw new Error(`${faults.join('; ')}\n${usage}`);
  return { ledgerDirs, indexDirs, acks, writability, primary, rvg, addresses, json };
}
