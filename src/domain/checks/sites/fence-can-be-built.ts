import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

export const fenceCanBeBuilt = defineCheck({
  name: 'fence-can-be-built',
  asks: 'Each site can fence the application',
  fix: 'Upgrade to Kubernetes 1.30 or later, which serves the policy.',
  find: (facts) =>
    bothSites(facts).flatMap((o) => (o.fence.supported ? [] : [found(o, `${o.site} (Kubernetes ${o.kubernetesVersion}) does not serve ValidatingAdmissionPolicy v1: the source cannot be fenced.`)])),
});
