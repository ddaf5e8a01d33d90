import { setTimeout as pause } from 'node:timers/promises';
import { withApi } from '../../scenario/application.js';
import { sites, type SiteName } from '../../settings.js';
import { ApiClient, ApiError } from '../../site/api-client.js';
import type { Fault } from '../fault.js';
import type { Stage } from '../stage.js';

const account = { namespace: 'changeover-system', name: 'changeover' } as const;
const group = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1' } as const;

/** No seat at all for the product's account: the API server's own priority and fairness then runs one request at a time and answers every other with 429. */
const starved = [
  { ...group, kind: 'PriorityLevelConfiguration', metadata: { name: 'starved' }, spec: { type: 'Limited', limited: { nominalConcurrencyShares: 0, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } } } },
  {
    ...group, kind: 'FlowSchema', metadata: { name: 'starved' },
    spec: {
      matchingPrecedence: 2, priorityLevelConfiguration: { name: 'starved' },
      rules: [{
        subjects: [{ kind: 'ServiceAccount', serviceAccount: account }],
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      }],
    },
  },
] as const;

const THROTTLED_MS = 4_000;
const HOLDERS = 2;
const AGAIN_MS = 20;

/** A list of a state that is yet to come takes its seat for three seconds, until the server gives up. */
const seated = '/api/v1/namespaces/orders/pods?resourceVersion=1000000000&resourceVersionMatch=NotOlderThan';

/** The API server of a site answers the product with 429 for a while. @throws when it never did. */
async function throttle(stage: Stage, site: SiteName): Promise<void> {
  const until = performance.now() + THROTTLED_MS;
  const before = await rejections(site);
  await withApi(site, (api) => api.applyAll(starved));
  stage.say(`the API server of ${site} answers with 429`);
  const holders = Array.from({ length: HOLDERS }, async () => {
    const api = new ApiClient(sites[site], `system:serviceaccount:${account.namespace}:${account.name}`);
    while (performance.now() < until) {
      await api.request('GET', seated).catch((error: unknown) => (error instanceof ApiError ? undefined : Promise.reject(error as Error)));
      await pause(AGAIN_MS);
    }
    await api.close();
  });
  try {
    await Promise.all(holders);
  } finally {
    await withApi(site, async (api) => {
      for (const object of starved.toReversed()) await api.request('DELETE', await api.pathOf(object));
    });
  }
  stage.say(`the API server of ${site} rejected ${(await rejections(site)) - before} requests`);
}

async function rejections(site: SiteName): Promise<number> {
  const metrics = String(await withApi(site, (api) => api.request('GET', '/metrics')));
  const lines = metrics.split('\n').filter((line) => line.startsWith('apiserver_flowcontrol_rejected_requests_total{') && line.includes('flow_schema="starved"'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** What goes wrong with what the API servers answer. */
export const apiServerFaults: readonly Fault[] = [
  {
    name: 'api-servers-throttle',
    title: 'The API servers answer 429 for a while',
    how: 'a FlowSchema leads the product\'s account to a priority level without a seat, whose one place others hold: four seconds at the target while it is staged, and four at the source when the application stops',
    must: 'Wait as it was asked to and go on.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      await throttle(stage, stage.target);
      await stage.begun('offline-source');
      await throttle(stage, stage.source);
      await stage.ended();
    },
    tests: [{ file: 'test/drivers/kubernetes/failure.test.ts', title: 'without a Status body is told by its number' }],
  },
  {
    name: 'writes-answered-falsely',
    title: 'Every second write to the API servers is done and answered with 500',
    how: 'the links `api-east` and `api-west` end TLS and spoil the answers from the first change to the last; who waits for a watch or runs a command hears nothing of it',
    must: 'Read what became of each write and go on, or undo where the role swap was tried in vain; nothing is done twice.',
    ends: ['completed', 'undone'],
    async play(stage) {
      const spoil = async (mode: 'spoiled' | 'ok'): Promise<void> => {
        for (const site of [stage.source, stage.target]) await stage.link(`api-${site}`, mode);
      };
      await spoil('spoiled');
      try {
        await stage.migrate();
        await stage.ended();
      } finally {
        await spoil('ok');
      }
    },
    tests: [{ file: 'test/sweep/planned-migration.test.ts', title: 'when any single call %s' }],
  },
];
