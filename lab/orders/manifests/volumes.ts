import { appNamespace, clusterScoped, namespaced } from './kubernetes-object.js';
import type { KubernetesObject } from './kubernetes-object.js';

const driver = 'org.veritas.infoscale';
const size = '64Mi';
const storageClassName = 'infoscale';

function claimAndVolume(claim: string): KubernetesObject[] {
  const persistentVolume: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      ...clusterScoped(`${claim}-pv`),
      // Without this mark no provisioner would act on the reclaim policy.
      annotations: { 'pv.kubernetes.io/provisioned-by': driver },
    },
    spec: {
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      // On purpose the dangerous one: who moves the application must turn it into Retain first.
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: appNamespace, name: claim },
      // The lab's convention: the handle is the volume's name in the site's disk group.
      csi: { driver, volumeHandle: `${claim}-vol`, fsType: 'vxfs' },
    },
  };
  const persistentVolumeClaim: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: namespaced(claim),
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      resources: { requests: { storage: size } },
      storageClassName,
      volumeName: `${claim}-pv`,
    },
  };
  return [persistentVolume, persistentVolumeClaim];
}

/** The two volumes whose order matters: the ledger with the log, the index with the table. */
export function volumes(): KubernetesObject[] {
  return [...claimAndVolume('orders-ledger'), ...claimAndVolume('orders-index')];
}
