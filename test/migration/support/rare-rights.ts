import type { Right } from '../../deploy/roles.js';

/** Rights that the recorded runs do not use: what needs them, and the test that does. */
interface Rare {
  readonly why: string;
  /** A file of test/ and the name of a test in it. */
  readonly test: readonly [file: string, name: string];
  readonly covers: (right: Right) => boolean;
  /** Used or not, as the cluster's speed falls. */
  readonly sometimes?: true;
}

const staging = ['get', 'create', 'update', 'patch', 'delete'];

/** Kinds that an application may hold and the sample application does not: staged, changed and removed as those it holds. */
const notInTheSample = ['endpoints', 'limitranges', 'resourcequotas', 'podtemplates', 'replicationcontrollers', 'statefulsets', 'daemonsets', 'replicasets', 'jobs', 'endpointslices', 'scaledobjects', 'scaledjobs'];

/** Kinds of the sample application that a second staging replaces whole, where the writer has lost a field since the first. */
const replaced = ['secrets', 'services', 'deployments', 'cronjobs', 'horizontalpodautoscalers', 'ingresses', 'networkpolicies', 'poddisruptionbudgets', 'roles', 'rolebindings'];

const isOne = (right: Right, verbs: readonly string[], resources: readonly string[]): boolean => verbs.includes(right.verb) && resources.includes(right.resource);

export const rareRights: readonly Rare[] = [
  {
    why: 'kinds that the sample application does not hold',
    test: ['drivers/kubernetes/objects/stage.test.ts', 'creates everything inert, marked, with the target volume behind the claim'],
    covers: (right) => right.namespace === null && isOne(right, staging, notInTheSample),
  },
  {
    why: 'a field that the writer has lost since the target was staged',
    test: ['lab/kubernetes-objects.test.ts', 'the way back writes over what stands by, down to a key that is gone, and starts it'],
    covers: (right) => right.namespace === null && isOne(right, ['update'], replaced),
  },
  {
    why: 'a claim, a volume and a namespace that a run made without replication behind them',
    test: ['drivers/kubernetes/objects/stage.test.ts', 'without replication removes Retain volumes too, and the namespace once it is empty'],
    covers: (right) => isOne(right, ['delete'], ['persistentvolumeclaims', 'persistentvolumes', 'namespaces']),
  },
  {
    why: 'waiting for staged claims to bind, where they are not bound at the first look',
    test: ['lab/kubernetes-objects.test.ts', 'staged elsewhere it stands inert, bound to the other volumes, and a second time changes nothing'],
    covers: (right) => isOne(right, ['watch'], ['persistentvolumeclaims']),
    sometimes: true,
  },
  {
    why: 'waiting until the pods are gone, where they are not gone at the first look',
    test: ['drivers/kubernetes/workloads/workloads.test.ts', 'waits for every pod that holds the application and says which are still there'],
    covers: (right) => right.namespace === null && isOne(right, ['watch'], ['pods']),
    sometimes: true,
  },
  {
    why: 'waiting until workloads of kinds that the sample does not hold are Ready',
    test: ['drivers/kubernetes/workloads/workloads.test.ts', 'gives workloads their scale back and waits until their controller reports them Ready'],
    covers: (right) => isOne(right, ['watch'], ['replicationcontrollers', 'statefulsets', 'daemonsets', 'replicasets']),
  },
  {
    why: 'waiting for detachment, where the CSI driver attaches',
    test: ['drivers/kubernetes/workloads/workloads.test.ts', 'waits for attachments where the driver attaches, and does not ask where it does not'],
    covers: (right) => isOne(right, ['watch'], ['volumeattachments']),
  },
  {
    why: 'what an application refers to at cluster scope and the sample does not',
    test: ['drivers/kubernetes/workloads/workloads.test.ts', 'answers what of the other site is served and present here, and no more'],
    covers: (right) => isOne(right, ['get'], ['ingressclasses', 'priorityclasses', 'runtimeclasses', 'clusterroles']),
  },
  {
    why: 'writing the application\'s own Roles and RoleBindings, which the log does not tell apart from other writing',
    test: ['lab/kubernetes-objects.test.ts', 'staged elsewhere it stands inert, bound to the other volumes, and a second time changes nothing'],
    covers: (right) => isOne(right, ['escalate', 'bind'], ['roles', 'clusterroles']),
  },
  {
    why: 'a snapshot that changed between capture and outage, whose tag moves',
    test: ['contracts/snapshots.contract.ts', 'moves a tag and takes it away, twice as well as once'],
    covers: (right) => right.namespace === 'changeover-system' && isOne(right, ['update'], ['secrets']),
  },
  {
    why: 'a damaged copy of a snapshot, which is replaced',
    test: ['contracts/snapshots.contract.ts', 'is mended by writing it again'],
    covers: (right) => right.namespace === 'changeover-system' && isOne(right, ['delete'], ['secrets']),
  },
  {
    why: 'exec by WebSocket from Kubernetes 1.35 on, which asks for create beside get and logs get alone',
    test: ['lab/exec.test.ts', 'gives exit code, output and errors apart'],
    covers: (right) => isOne(right, ['create'], ['pods/exec']),
  },
  {
    why: 'kubectl, which looks at a pod before it runs a command in it, in the lines that are printed for a person',
    test: ['migration/recover.test.ts', 'in its outage, with Temporal and the worker off: the printed lines alone bring the service back; an empty Temporal gives the rest back later'],
    covers: (right) => right.namespace === 'infoscale-vtas' && isOne(right, ['get'], ['pods']),
  },
];
