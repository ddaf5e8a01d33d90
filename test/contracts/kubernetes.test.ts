import { createObjects } from '../../src/drivers/kubernetes/objects/index.js';
import { createWorkloads } from '../../src/drivers/kubernetes/workloads/index.js';
import { fieldsOf, textOf } from '../../src/domain/restore/object.js';
import { ContractSite, contractPlan } from './kubernetes-fake.js';
import { objectsContract } from './objects.contract.js';
import { workOf } from './plan-of.js';
import { workloadsContract } from './workloads.contract.js';

const name = 'the Kubernetes driver over an API server in memory';

workloadsContract(name, async () => {
  const east = new ContractSite('east').runApplication();
  return {
    workloads: createWorkloads(east.kube),
    plan: contractPlan,
    work: () => workOf(),
    pods: async () => (await east.kube.list('/api/v1/namespaces/orders/pods')).length,
    holdPods: async (hold) => east.hold(hold),
    edit: async (kind, object, spec) => {
      const path = kind === 'CronJob' ? `/apis/batch/v1/namespaces/orders/cronjobs/${object}` : `/apis/apps/v1/namespaces/orders/deployments/${object}`;
      await east.kube.patch(path, { spec }, 'merge');
    },
    suspended: async () => (await east.kube.list('/apis/batch/v1/namespaces/orders/cronjobs')).filter((job) => fieldsOf(job['spec'])['suspend'] === true).map((job) => job.metadata.name),
  };
});

objectsContract(name, async () => {
  const sites = { source: new ContractSite('east').runApplication().kube, target: new ContractSite('west').kube };
  const ports = (kube: typeof sites.source) => ({ objects: createObjects(kube), workloads: createWorkloads(kube) });
  const pathTo = (kind: string, object: string): string => {
    const resource = sites.target.served.find((served) => served.kind === kind);
    const root = resource?.group === '' ? '/api/v1' : `/apis/${resource?.group}/${resource?.version}`;
    return `${root}${resource?.namespaced === true ? '/namespaces/orders' : ''}/${resource?.plural}/${object}`;
  };
  return {
    source: ports(sites.source),
    target: ports(sites.target),
    plan: contractPlan,
    work: () => workOf(),
    atTarget: async (kind, object) => sites.target.peek(pathTo(kind, object)) ?? null,
    dropAtTarget: async (kind, object) => sites.target.drop(pathTo(kind, object)),
    putAtTarget: async (object) => void sites.target.put(object),
    policies: async (site) => Object.fromEntries((await sites[site].list('/api/v1/persistentvolumes')).map((volume) => [volume.metadata.name, textOf(fieldsOf(volume['spec'])['persistentVolumeReclaimPolicy'])])),
    setPolicy: async (site, volume, policy) => void (await sites[site].patch(`/api/v1/persistentvolumes/${volume}`, { spec: { persistentVolumeReclaimPolicy: policy } }, 'merge')),
  };
});
