import type { Remains } from '../domain/recovery.js';
import type { UnitRef } from '../domain/request.js';
import type { Ports } from '../ports/index.js';
import { looking } from './boundary.js';
import { readRemains } from './remains.js';

/** What a run left at a site. */
export function recovery(ports: Ports) {
  return {
    /** See `readRemains`. */
    async observeRemains(input: { site: string; unit: UnitRef }): Promise<Remains> {
      return looking(() => readRemains(ports.site(input.site), input.unit));
    },
  };
}
