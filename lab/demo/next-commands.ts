import { addresses } from '../addresses.js';
import { productConfigPath } from '../scenario/product-paths.js';

/** What to try in a lab that was kept. */
export function nextCommands(): string {
  return [
    addresses(),
    '',
    'The application was stopped for the judge and runs again; its worker is supervised. Try next:',
    `  export CHANGEOVER_CONFIG=${productConfigPath()}`,
    '  bin/changeover status orders',
    '  bin/changeover history',
    '  bin/changeover preflight orders --to east',
    '  bin/changeover migrate orders --to east --reason "the way back"',
    '  npm run lab -- status',
    '  npm run lab -- down --purge',
  ].join('\n');
}
