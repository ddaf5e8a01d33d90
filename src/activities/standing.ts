import { ChangeoverError } from '../domain/errors.js';
import type { Standing } from '../domain/proofs.js';
import type { Ports } from '../ports/index.js';
import { looking, type Place } from './boundary.js';

/** What stands at a site where the application is to return. */
export function standing(ports: Ports) {
  return {
    /** The application's workloads stand there at zero, its claims bound to the plan's volumes, behind a fence. Changes nothing. */
    async confirmStanding(input: Place): Promise<Standing> {
      return looking(async () => {
        const { plan } = input;
        const site = ports.site(input.site);
        const at = new Date().toISOString();
        const [seen, fence] = await Promise.all([site.workloads.observe(plan.application, null), site.fence.read(plan.unit.name, plan.application.namespace), site.objects.assertVolumesBound(plan)]);
        const workloads = seen.workloads.filter((w) => w.treatment === 'scale' || w.treatment === 'park');
        if (workloads.length === 0) throw new ChangeoverError('ObjectChanged', `No workload of the application stands on ${input.site} any more.`);
        if (!fence.on) throw new ChangeoverError('NotFenced', `The fence on ${input.site} is not on.`);
        return { kind: 'standing', run: plan.run, epoch: plan.epoch, at, workloads: workloads.map((w) => `${w.kind}/${w.name}`) };
      });
    },
  };
}
