import { annotationsOf, fieldsOf, listOf, textOf, type KubeObject } from './object.js';

/** Changes the clone `object` in place; `raw` is the object as it was read. */
type CleaningRule = (object: KubeObject, raw: KubeObject) => void;

function without(marks: Record<string, string> | undefined, ...names: string[]): void {
  for (const name of names) delete marks?.[name];
}

const namespace: CleaningRule = (object) => {
  delete object['spec'];
  without(object.metadata.labels, 'kubernetes.io/metadata.name');
};

/** Whether a person chose the node port: it stands in what they applied. Numbers the cluster chose belong to that cluster. */
function chosenNodePorts(raw: KubeObject): ReadonlySet<number> {
  const chosen = new Set<number>();
  try {
    const applied = fieldsOf(JSON.parse(annotationsOf(raw)['kubectl.kubernetes.io/last-applied-configuration'] ?? '{}'));
    for (const port of listOf(fieldsOf(applied['spec'])['ports'])) {
      const number = fieldsOf(port)['nodePort'];
      if (typeof number === 'number') chosen.add(number);
    }
  } catch {
    // Not JSON: nobody can tell what was chosen, so nothing counts as chosen.
  }
  const appliedByHand = listOf(raw.metadata['managedFields']).map(fieldsOf).filter((entry) => entry['operation'] === 'Apply');
  for (const port of listOf(fieldsOf(raw['spec'])['ports']).map(fieldsOf)) {
    const key = `k:{"port":${String(port['port'])},"protocol":"${textOf(port['protocol']) || 'TCP'}"}`;
    const isApplied = appliedByHand.some((entry) => {
      const ports = fieldsOf(fieldsOf(fieldsOf(entry['fieldsV1'])['f:spec'])['f:ports']);
      return fieldsOf(ports[key])['f:nodePort'] !== undefined;
    });
    if (isApplied && typeof port['nodePort'] === 'number') chosen.add(port['nodePort']);
  }
  return chosen;
}

const service: CleaningRule = (object, raw) => {
  const spec = fieldsOf(object['spec']);
  if (spec['type'] === 'ExternalName') return;
  if (spec['clusterIP'] === 'None') {
    spec['clusterIPs'] = ['None'];
  } else {
    delete spec['clusterIP'];
    delete spec['clusterIPs'];
  }
  // Addresses of this site; the other one gives its own.
  for (const field of ['externalIPs', 'loadBalancerIP', 'healthCheckNodePort']) delete spec[field];
  const chosen = chosenNodePorts(raw);
  for (const port of listOf(spec['ports']).map(fieldsOf)) {
    if (typeof port['nodePort'] === 'number' && !chosen.has(port['nodePort'])) delete port['nodePort'];
  }
};

const serviceAccount: CleaningRule = (object) => {
  const { name } = object.metadata;
  const keep = (entries: unknown, isMade: (secret: string) => boolean): unknown[] => listOf(entries).filter((entry) => !isMade(textOf(fieldsOf(entry)['name'])));
  const secrets = keep(object['secrets'], (secret) => secret.startsWith(`${name}-token-`) || secret.startsWith(`${name}-dockercfg-`));
  const pulls = keep(object['imagePullSecrets'], (secret) => secret.startsWith(`${name}-dockercfg-`));
  if (secrets.length > 0) object['secrets'] = secrets;
  else delete object['secrets'];
  if (pulls.length > 0) object['imagePullSecrets'] = pulls;
  else delete object['imagePullSecrets'];
};

const secret: CleaningRule = (object) => {
  if (object['type'] !== 'kubernetes.io/service-account-token') return;
  without(object.metadata.annotations, 'kubernetes.io/service-account.uid');
  without(object.metadata.labels, 'kubernetes.io/legacy-token-last-used');
  const data = fieldsOf(object['data']);
  for (const field of ['token', 'ca.crt', 'namespace']) delete data[field];
  if (Object.keys(data).length === 0) delete object['data'];
};

const claim: CleaningRule = (object) => {
  without(
    object.metadata.annotations,
    'pv.kubernetes.io/bind-completed', 'pv.kubernetes.io/bound-by-controller', 'volume.beta.kubernetes.io/storage-provisioner',
    'volume.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/selected-node', 'volume.kubernetes.io/storage-resizer',
  );
  const spec = fieldsOf(object['spec']);
  // The data comes by replication; a source named here would be copied over it.
  for (const field of ['dataSource', 'dataSourceRef']) delete spec[field];
};

const volume: CleaningRule = (object) => {
  const reference = fieldsOf(fieldsOf(object['spec'])['claimRef']);
  for (const field of ['uid', 'resourceVersion']) delete reference[field];
};

const jobLabels = ['controller-uid', 'batch.kubernetes.io/controller-uid', 'job-name', 'batch.kubernetes.io/job-name'];

const job: CleaningRule = (object) => {
  const spec = fieldsOf(object['spec']);
  if (spec['manualSelector'] === true) return;
  delete spec['selector'];
  const template = fieldsOf(fieldsOf(fieldsOf(spec['template'])['metadata'])['labels']);
  for (const label of jobLabels) {
    delete template[label];
    delete object.metadata.labels?.[label];
  }
  without(object.metadata.annotations, 'batch.kubernetes.io/job-tracking');
};

const statefulSet: CleaningRule = (object) => {
  for (const template of listOf(fieldsOf(object['spec'])['volumeClaimTemplates']).map(fieldsOf)) delete template['status'];
};

/** OpenShift's route: a host that the cluster made up is that cluster's. */
const route: CleaningRule = (object) => {
  if (annotationsOf(object)['openshift.io/host.generated'] === 'true') delete fieldsOf(object['spec'])['host'];
};

export const cleaningRules: Readonly<Record<string, CleaningRule>> = {
  Namespace: namespace,
  Service: service,
  ServiceAccount: serviceAccount,
  Secret: secret,
  PersistentVolumeClaim: claim,
  PersistentVolume: volume,
  'Job.batch': job,
  'StatefulSet.apps': statefulSet,
  'Route.route.openshift.io': route,
};
