import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { generateSiteKey } from '../drivers/snapshots/index.js';

/** Makes a site's key pair for sealing snapshots. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('make a site\'s key pair for sealing snapshots: SITE.key (private, for this site\'s worker only) and SITE.pub (for every worker)')
    .argument('<site>', 'site id')
    .option('--folder <folder>', 'where to write the files', '.')
    .action((site: string, { folder }: { folder: string }) => {
      const { privatePem, publicPem } = generateSiteKey();
      writeFileSync(join(folder, `${site}.key`), privatePem, { mode: 0o600, flag: 'wx' });
      writeFileSync(join(folder, `${site}.pub`), publicPem, { flag: 'wx' });
      console.log(`wrote ${join(folder, `${site}.key`)} and ${join(folder, `${site}.pub`)}`);
    });
}
