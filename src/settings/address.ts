import { z } from 'zod';
import { HOST_PORT } from '../domain/host-port.js';

/** Where something listens or is reached. */
export const address = z.string().regex(HOST_PORT, 'must be host:port');
