import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { ChangeoverError } from '../domain/errors.js';
import { generateSiteKey } from '../drivers/snapshots/index.js';
import { report } from './command.js';

/** Makes a site's key pair for sealing snapshots. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('make a site\'s key pair for sealing snapshots: SITE.key (private, for this site\'s worker only) and SITE.pub (for every worker)')
    .argument('<site>', 'site id')
    .option('--folder <folder>', 'where to write the files', '.')
    .action((site: string, { folder }: { folder: string }) => {
      try {
        writeKeys(join(folder, site));
      } catch (error) {
        process.exitCode = report(error, 'text');
        return;
      }
      console.log(`wrote ${join(folder, `${site}.key`)} and ${join(folder, `${site}.pub`)}`);
    });
}

/** Never over a key that is there: snapshots may be sealed for it. Throws `Invalid`. */
function writeKeys(stem: string): void {
  const { privatePem, publicPem } = generateSiteKey();
  try {
    writeFileSync(`${stem}.key`, privatePem, { mode: 0o600, flag: 'wx' });
    writeFileSync(`${stem}.pub`, publicPem, { flag: 'wx' });
  } catch (cause) {
    throw new ChangeoverError('Invalid', `The key pair ${stem}.key, ${stem}.pub cannot be written (${cause instanceof Error ? cause.message : String(cause)}). A key that is there is never overwritten.`, { cause });
  }
}
