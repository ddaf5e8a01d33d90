import { appLabels, appPort, namespaced, podLabels } from './kubernetes-object.js';
import type { KubernetesObject } from './kubernetes-object.js';

/** Where the programs stand on the machine that runs the pods; no image holds them. */
export interface Programs {
  /** Absolute path of node. */
  readonly nodePath: string;
  /** Absolute path of the compiled lab/orders/server.js. */
  readonly serverPath: string;
  /** Absolute path of the compiled lab/orders/report.js. */
  readonly reportPath: string;
  /** The sabotaged build: acknowledge before anything is on disk. */
  readonly noFsync?: boolean;
}

/** The process kubelet runs the command and ignores the image, which the API asks for. */
const image = 'orders.example.test/orders:1.0';

const field = (name: string, fieldPath: string): object => ({ name, valueFrom: { fieldRef: { fieldPath } } });

function environment(noFsync: boolean): object[] {
  return [
    field('POD_IP', 'status.podIP'),
    field('NODE_NAME', 'spec.nodeName'),
    { name: 'PORT', value: String(appPort) },
    { name: 'LEDGER_DIR', value: '/ledger' },
    { name: 'INDEX_DIR', value: '/index' },
    { name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'orders', key: 'greeting' } } },
    { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'orders', key: 'api-token' } } },
    ...(noFsync ? [{ name: 'ORDERS_NO_FSYNC', value: '1' }] : []),
  ];
}

function deployment({ nodePath, serverPath, noFsync = false }: Programs): KubernetesObject {
  const container = {
    name: 'orders',
    image,
    command: [nodePath, serverPath],
    env: environment(noFsync),
    ports: [{ name: 'http', containerPort: appPort, protocol: 'TCP' }],
    readinessProbe: { httpGet: { path: '/healthz', port: appPort }, periodSeconds: 1, failureThreshold: 3 },
    resources: { requests: { cpu: '50m', memory: '64Mi' } },
    volumeMounts: [
      { name: 'ledger', mountPath: '/ledger' },
      { name: 'index', mountPath: '/index' },
    ],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: namespaced('orders'),
    spec: {
      replicas: 1,
      // A rolling update would have two processes write one ledger.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: podLabels },
      template: {
        metadata: { labels: podLabels },
        spec: {
          serviceAccountName: 'orders',
          terminationGracePeriodSeconds: 10,
          containers: [container],
          volumes: [
            { name: 'ledger', persistentVolumeClaim: { claimName: 'orders-ledger' } },
            { name: 'index', persistentVolumeClaim: { claimName: 'orders-index' } },
          ],
        },
      },
    },
  };
}

function cronJob({ nodePath, reportPath }: Programs): KubernetesObject {
  const labels = { ...appLabels, 'app.kubernetes.io/name': 'orders-report' };
  const container = {
    name: 'report',
    image,
    command: [nodePath, reportPath],
    env: [field('NODE_NAME', 'spec.nodeName')],
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: namespaced('orders-report'),
    spec: {
      schedule: '0 * * * *',
      concurrencyPolicy: 'Forbid',
      suspend: false,
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: 1,
          template: {
            metadata: { labels },
            spec: { serviceAccountName: 'orders', restartPolicy: 'Never', containers: [container] },
          },
        },
      },
    },
  };
}

function autoscaler(): KubernetesObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: namespaced('orders'),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  };
}

/** What runs: the Deployment, its autoscaler, the hourly CronJob. */
export function workloads(programs: Programs): KubernetesObject[] {
  return [deployment(programs), cronJob(programs), autoscaler()];
}
