import { z } from 'zod';
import { address } from './address.js';

/** What a worker and the controller say of themselves, and how. */
export const logSettings = z.strictObject({ format: z.enum(['text', 'json']).default('text'), level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({});

export const metricsSettings = z
  .strictObject({
    /** host:port where a worker answers Prometheus; absent: nowhere. */
    worker: address.optional(),
  })
  .prefault({});

export type LogSettings = z.infer<typeof logSettings>;
export type MetricsSettings = z.infer<typeof metricsSettings>;
