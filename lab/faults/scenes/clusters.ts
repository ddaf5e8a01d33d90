import { setTimeout as pause } from 'node:timers/promises';
import { faultComponent } from '../../fault.js';
import { podsOf, setSchedulable, withApi } from '../../scenario/application.js';
import { nodeNames, sites, type SiteName } from '../../settings.js';
import type { Fault } from '../fault.js';
import { killAndRestart } from './kills.js';

/** How long something that comes back by itself is away, ms. */
const AWAY_MS = 5_000;
const SCALE_EVERY_MS = 50;
const SCALING_MS = 4_000;
const merge = 'application/merge-patch+json';

const finalize = (site: SiteName, finalizers: readonly string[]) =>
  withApi(site, async (api) => {
    for (const name of await podsOf(api)) await api.request('PATCH', `/api/v1/namespaces/orders/pods/${name}`, { value: { metadata: { finalizers } }, type: merge });
  });

/** The kubelet of the node on which the application's pod is. */
async function kubeletOf(site: SiteName): Promise<string> {
  const node = await withApi(site, async (api) => {
    const [name] = await podsOf(api);
    return ((await api.request('GET', `/api/v1/namespaces/orders/pods/${name}`)) as { spec: { nodeName: string } }).spec.nodeName;
  });
  return `kubelet-${nodeNames(sites[site]).indexOf(node) + 1}-${site}`;
}

/** Refuses every ConfigMap that is made or changed in the application's namespace, since nobody answers for it. */
const deadWebhook = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'dead-webhook' },
  webhooks: [{
    name: 'dead.example.test', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail', timeoutSeconds: 1,
    clientConfig: { url: 'https://127.0.0.1:9/' },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'orders' } },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE'] }],
  }],
} as const;

/** What goes wrong with the clusters and with the application in them. */
export const clusterFaults: readonly Fault[] = [
  {
    name: 'target-never-ready',
    title: 'Nothing starts at the target',
    how: 'the nodes of the target take no pods; a person turns back when the application was started there in vain',
    must: 'Bring the application home with every write, in one and a half times a migration\'s outage at most.',
    ends: ['completed'],
    async play(stage) {
      await setSchedulable(stage.target, false);
      // Preflight would refuse: it sees that no node takes the pods.
      await stage.migrate('--override', 'nodes-have-room=the fault is made on purpose');
      await stage.until('the target to be started in vain', ({ line, steps }) => line === 'after' && steps.some(({ name, state }) => name === 'activate-target' && state === 'running'));
      await stage.decide('turn-back', 'no node takes its pods');
      await stage.ended();
      await setSchedulable(stage.target, true);
    },
    tests: [{ file: 'test/migration/turn-back.test.ts', title: 'because nothing starts at the target, brings the application home with every write' }],
  },
  {
    name: 'target-api-away-while-staging',
    title: 'The target\'s API server is out of reach for five seconds while it is staged',
    how: 'the link `api-<target>` is cut',
    must: 'Wait and go on.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      await stage.link(`api-${stage.target}`, 'cut');
      await pause(AWAY_MS);
      await stage.link(`api-${stage.target}`, 'ok');
      await stage.ended();
    },
    tests: [{ file: 'test/migration/links.test.ts', title: "to the target\\'s API server for five seconds while it is staged: the run waits and completes" }],
  },
  {
    name: 'source-api-away-in-outage',
    title: 'The source\'s API server is out of reach for five seconds inside the outage',
    how: 'the link `api-<source>` is cut when the application stops',
    must: 'Go on when it answers within the budget, or undo.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await stage.link(`api-${stage.source}`, 'cut');
      await pause(AWAY_MS);
      await stage.link(`api-${stage.source}`, 'ok');
      await stage.ended();
    },
    tests: [{ file: 'test/sweep/lost-site.test.ts', title: 'when %s is lost at any call, and is back later' }],
  },
  {
    name: 'api-server-killed',
    title: 'The target\'s API server is killed when the application is started there',
    how: 'kill -9 of `apiserver-<target>`, started again at once',
    must: 'Read again and go on; nothing is done twice.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('activate-target', stage.target);
      await killAndRestart(stage, `apiserver-${stage.target}`);
      await stage.ended();
    },
    tests: [{ file: 'test/drivers/kubernetes/watch.test.ts', title: 'asks for the cluster again after a connection was lost, and before a change only' }],
  },
  {
    name: 'api-servers-slow',
    title: 'Both API servers answer slowly',
    how: 'the links `api-east` and `api-west` delay 150 ms each way',
    must: 'Be slower and nothing else.',
    ends: ['completed'],
    async play(stage) {
      for (const site of [stage.source, stage.target]) await stage.link(`api-${site}`, 'slow', '150ms');
      await stage.migrate();
      await stage.ended();
      for (const site of [stage.source, stage.target]) await stage.link(`api-${site}`, 'ok');
    },
    tests: [],
  },
  {
    name: 'pod-will-not-die',
    title: 'A pod of the source does not go away',
    how: 'the kubelet of its node is stopped in its tracks before the application stops, and goes on when the undo begins',
    must: 'Never delete it by force; undo at the end of the outage budget.',
    ends: ['undone'],
    options: { outageBudgetMs: 12_000 },
    async play(stage) {
      const kubelet = await kubeletOf(stage.source);
      await stage.migrate();
      await stage.begun('freeze-controllers');
      stage.say(await faultComponent('pause', kubelet));
      try {
        await stage.until('the undo to begin', ({ phase, endedAt }) => phase === 'undoing' || phase === 'held' || endedAt !== null);
      } finally {
        stage.say(await faultComponent('resume', kubelet));
      }
      await stage.ended();
    },
    tests: [{ file: 'test/drivers/kubernetes/workloads/workloads.test.ts', title: 'waits for every pod that holds the application and says which are still there' }],
  },
  {
    name: 'pod-kept-by-finalizer',
    title: 'A finalizer keeps the object of a pod that has ended',
    how: 'a finalizer on the pod of the source that nobody removes until the run is over',
    must: 'Leave the finalizer alone, and go on once its containers have ended and storage says that no volume is open.',
    ends: ['completed'],
    async play(stage) {
      await finalize(stage.source, ['example.test/stays']);
      await stage.migrate();
      await stage.ended();
      await finalize(stage.source, []);
    },
    tests: [{ file: 'test/drivers/kubernetes/workloads/workloads.test.ts', title: 'waits for every pod that holds the application and says which are still there' }],
  },
  {
    name: 'scaled-up-meanwhile',
    title: 'Something scales the application up at the source during the outage',
    how: 'its scale is set to 1 every 50 ms for four seconds from the moment it stops',
    must: 'Keep every new pod out by the fence, hold the scale at zero, and go on.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      const until = performance.now() + SCALING_MS;
      await withApi(stage.source, async (api) => {
        while (performance.now() < until) {
          await api.request('PATCH', '/apis/apps/v1/namespaces/orders/deployments/orders/scale', { value: { spec: { replicas: 1 } }, type: merge });
          await pause(SCALE_EVERY_MS);
        }
      });
      await stage.ended();
    },
    tests: [{ file: 'test/drivers/kubernetes/workloads/workloads.test.ts', title: 'holds again at zero what something else scaled up before its controller saw the zero' }],
  },
  {
    name: 'configuration-edited-in-outage',
    title: 'Someone edits the application\'s configuration during the outage',
    how: 'a key of its ConfigMap is changed at the source when the application stops',
    must: 'Take the edit along: it is captured, copied and staged again before the line.',
    ends: ['completed'],
    async play(stage) {
      const path = '/api/v1/namespaces/orders/configmaps/orders';
      const edit = `edited at ${Date.now()}`;
      await stage.migrate();
      await stage.begun('offline-source');
      await withApi(stage.source, (api) => api.request('PATCH', path, { value: { data: { note: edit } }, type: merge }));
      await stage.ended();
      const { data } = await withApi(stage.target, async (api) => (await api.request('GET', path)) as { data: Readonly<Record<string, string>> });
      if (data['note'] !== edit) throw new Error('the edit did not arrive at the target');
    },
    tests: [{ file: 'test/workflows/planned-migration.test.ts', title: 'during %s takes the change along and keeps the fence on' }],
  },
  {
    name: 'webhook-dead-at-target',
    title: 'An admission webhook of the target does not answer and fails closed',
    how: 'a ValidatingWebhookConfiguration for ConfigMaps that leads nowhere, until the run is over',
    must: 'Write nothing of the application there, undo before anything has stopped.',
    ends: ['refused', 'undone'],
    async play(stage) {
      await withApi(stage.target, (api) => api.apply(deadWebhook));
      try {
        await stage.migrate();
        const { phase, held } = await stage.until('the run to end or be held', (status) => status.endedAt !== null || status.held !== null);
        if (phase === 'held') stage.say(`held at ${held?.step}: ${held?.error}`);
      } finally {
        await withApi(stage.target, (api) => api.request('DELETE', `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${deadWebhook.metadata.name}`));
      }
      await stage.ended();
    },
    tests: [{ file: 'test/drivers/kubernetes/objects/stage.test.ts', title: 'writes nothing at all when the server would deny one object' }],
  },
  {
    name: 'power-cut-at-source',
    title: 'The nodes of the source lose power while its snapshot is taken',
    how: 'both kubelets of the source reboot: all containers die at once and start again',
    must: 'Lose nothing that was acknowledged; complete, or undo.',
    ends: ['completed', 'undone', 'refused'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('capture-application');
      for (const node of ['kubelet-1', 'kubelet-2']) stage.say(await faultComponent('reboot', `${node}-${stage.source}`));
      await stage.ended();
    },
    tests: [],
  },
];
