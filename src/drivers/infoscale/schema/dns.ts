import { z } from 'zod';
import type { Definition } from './definition.js';
import { texts } from './parts.js';

const state = z.enum(['OFFLINE', 'FAULTED', 'ONLINE', 'INIT']);

const spec = z.object({
  domain: z.string().meta({ description: 'The zone.' }),
  resRecord: z.record(z.string(), z.string()).meta({ description: 'Record key to record data; the type is inferred from the data.' }),
  ttl: z.int().default(86_400).meta({ description: 'Seconds.', format: 'int32' }),
  tsigKeyFile: z.string().meta({ description: 'Path of the private TSIG key file.' }).optional(),
  stealthMasters: texts('Primary masters to update instead of the one the SOA names.').optional(),
  useGSSAPI: z.boolean().default(false),
  createPTR: z.boolean().default(false),
  cleanRRKeys: z.boolean().default(false),
  offDelRR: z.boolean().default(false),
  refreshInterval: z.int().meta({ description: 'Seconds.', format: 'int32' }).optional(),
  dnsResOperation: z.enum(['none', 'probe', 'online', 'offline']).default('none'),
  iState: state.optional(),
});

export const dns: Definition = {
  names: { kind: 'DNS', plural: 'dns', short: 'vxdns' },
  scope: 'Namespaced',
  description: 'The records that lead clients to the application on this cluster.',
  spec,
  status: z.object({ dnsState: state, groupid: z.string() }),
  columns: [
    { name: 'domain', jsonPath: '.spec.domain' },
    { name: 'State', jsonPath: '.status.dnsState' },
  ],
};
