import { z } from 'zod';

/** The section `controller` of the configuration. */
export const controllerSettings = z
  .strictObject({
    /** Adopt new plans where everything agrees; false: only `changeover adopt` does. */
    adopt: z.boolean().default(true),
    /** How long a controller that is silent keeps the lead of a site, seconds. */
    leaseSeconds: z.number().int().min(3).max(3600).default(15),
    /** People of whom one must approve each run that was started by a patch, before the outage; empty: nobody. */
    approvers: z.array(z.string().min(1)).default([]),
    /** How many of them must; of two or more none may be who patched. */
    approvals: z.number().int().min(1).max(5).default(1),
    /** How long such a run waits for the approval, seconds. */
    approvalExpiresSeconds: z.number().int().positive().default(3_600),
  })
  .refine(({ approvers, approvals }) => approvers.length === 0 ? approvals === 1 : new Set(approvers).size >= approvals, { message: 'must be at most as many as there are approvers', path: ['approvals'] })
  .prefault({});

export type ControllerSettings = z.infer<typeof controllerSettings>;
