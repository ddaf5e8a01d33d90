import type { Plan } from './plan.js';

/** Commands by which a person sees the same without us, a line each. They look; they change nothing. */
export function byHand(plan: Plan): readonly string[] {
  const { unit, application, replication } = plan;
  return [
    ...[plan.source, plan.target].flatMap((site) => {
      const group = replication?.groups[site];
      return group === undefined ? [] : [`${site}, in an InfoScale pod: vradmin -g ${group.diskGroup} -l repstatus ${group.rvg}`];
    }),
    `either site: kubectl -n ${application.namespace} get pods -o wide; kubectl -n ${unit.namespace} get drplan ${unit.name} -o yaml`,
    ...(plan.names?.zones ?? []).filter((zone) => !zone.reverse).flatMap((zone) => zone.records.slice(0, 1).map((record) => `each name server: dig +norecurse @SERVER ${record.name} ${record.type}`)),
  ];
}
