import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toolFolder } from '../../lab/paths.js';
import { setLink } from '../../lab/links/links.js';
import { waitFor } from '../../lab/process/wait.js';
import { setSchedulable, withApi } from '../../lab/scenario/application.js';
import { accountToken } from '../../lab/scenario/account-token.js';
import { sitePorts, sites } from '../../lab/settings.js';
import { kubeconfigPath, writeKubeconfig } from '../../lab/site/kubeconfig.js';
import type { Status } from '../../src/domain/status.js';
import { expectServedBy, migrate, nothingLost, RUN_MS, sharedScenario, statusOf, untilStepBegins } from './support/in-lab.js';

const cut = { mode: 'cut', latencyMs: 0 } as const;
const whole = { mode: 'ok', latencyMs: 0 } as const;
const CUT_MS = 5_000;

const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const silentWebhook = {
  apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: 'nobody-answers' },
  webhooks: [{
    name: 'nobody.example.test', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail', clientConfig: { service: { namespace: 'default', name: 'nobody' } },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'orders' } }, rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }],
  }],
} as const;
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } } as const;
const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'orders' }, spec: { hard: { pods: '0' } } } as const;

/** Gives the worker a token for the target that ends in ten minutes, the shortest there is. Returns how to take it back. */
async function shortenToken(): Promise<() => void> {
  const site = sites.west;
  const path = kubeconfigPath(site, 'changeover');
  const before = readFileSync(path, 'utf8');
  const token = await accountToken('west', { namespace: 'changeover-system', account: 'changeover', seconds: 600 });
  writeKubeconfig({ site, user: 'changeover', port: sitePorts(site).apiserverLink, credential: { token } });
  return () => writeFileSync(path, before);
}

/** A Cluster Server beside the storage's commands, with a group that makes its site Primary. Returns how to take it away. */
function installVcs(): () => void {
  const says: Readonly<Record<string, readonly string[]>> = {
    hares: ['#Resource Attribute System Value', 'orders-pri Group global orders_grp', 'orders-pri Type global RVGPrimary', 'orders-pri RvgResourceName global orders-rvg', 'orders-rvg Type global RVG', 'orders-rvg RVG global orders_rvg'],
    hagrp: ['#Group Attribute System Value', 'orders_grp Frozen global 0', 'orders_grp TFrozen global 0'],
  };
  for (const [name, lines] of Object.entries(says)) writeFileSync(join(toolFolder(), name), `#!/bin/sh\ncat <<'END'\n${lines.join('\n')}\nEND\n`, { mode: 0o755 });
  return () => Object.keys(says).forEach((name) => rmSync(join(toolFolder(), name)));
}

/** No room at the target, nobody who answers for a webhook there, pods that its namespace would deny, replication cut, and a silent name server. */
async function breakEverything(): Promise<void> {
  await withApi('west', async (api) => {
    for (const object of [namespace, quota, silentWebhook]) await api.apply(object);
  });
  await setSchedulable('west', false);
  for (const link of ['vvr-west', 'vvr-east', 'dns-secondary']) await setLink(link, cut);
}

async function mendEverything(): Promise<void> {
  for (const link of ['vvr-west', 'vvr-east', 'dns-secondary']) await setLink(link, whole);
  await setSchedulable('west', true);
  await withApi('west', async (api) => {
    await api.request('DELETE', `${webhooks}/nobody-answers`);
    await api.request('DELETE', '/api/v1/namespaces/orders');
    await waitFor(async () => (await api.read(namespace)) === undefined, { what: 'the namespace of the quota to be gone', deadlineMs: 60_000 });
  });
}

describe('A link that is cut', () => {
  const scenario = sharedScenario();

  test(
    'with much else that is wrong: preflight shows every reason at once, and each with where it was read',
    async () => {
      await breakEverything();
      const giveBack = await shortenToken();
      const removeVcs = installVcs();
      const { exitCode, stdout } = await waitFor(async () => {
        const answer = await scenario.now.try(['preflight', 'orders', '--to', 'west', '-o', 'json']);
        // VVR takes a second to notice that its link is cut.
        return answer.stdout.includes('every-link-is-ready') && answer.stdout.includes('credentials-outlast-the-run') ? answer : undefined;
      }, { what: 'the cut and the other token to be noticed', deadlineMs: 45_000 });
      giveBack();
      removeVcs();
      await mendEverything();
      const { phase, findings = [], refusals, limits } = JSON.parse(stdout) as Status;
      expect({ exitCode, phase }).toEqual({ exitCode: 4, phase: 'refused' });
      expect([...new Set(findings.filter(({ severity }) => severity === 'refuse').map(({ check }) => check))]).toEqual(expect.arrayContaining(['everything-could-be-read', 'quotas-leave-room', 'nodes-have-room', 'webhooks-answer', 'pod-security-is-no-stricter', 'credentials-outlast-the-run', 'no-vcs-group-changes-the-role', 'every-link-is-ready']));
      expect(findings.filter(({ fix, readAt, says }) => fix === '' || says === '' || Number.isNaN(Date.parse(readAt)))).toEqual([]);
      expect(findings.find(({ check }) => check === 'webhooks-answer')).toMatchObject({ site: 'west', says: expect.stringContaining('service default/nobody has no ready endpoint') });
      expect(findings.find(({ check }) => check === 'credentials-outlast-the-run')).toMatchObject({ site: 'west', says: expect.stringMatching(/^The token with which west is reached ends at .*Z, and a run may take \d+ minutes\.$/) });
      expect(stdout).not.toMatch(/eyJ/);
      expect(refusals.join(' ')).toContain('ResourceQuota none leaves 0 of 0 pods, and 1 is needed.');
      expect(limits).toContainEqual({ name: 'commandTimeoutMs', value: 5_000, unit: 'ms', from: 'configuration', site: null });
      await waitFor(async () => (await scenario.now.try(['preflight', 'orders', '--to', 'west'])).exitCode === 0, { what: 'preflight to find nothing any more', deadlineMs: 30_000 });
    },
    2 * RUN_MS,
  );

  test(
    'to the second name server, before the run: it is refused, and nothing was changed',
    async () => {
      await setLink('dns-secondary', cut);
      const migration = await migrate(scenario.now, 'west');
      await setLink('dns-secondary', whole);
      expect(migration).toMatchObject({ exitCode: 4 });
      expect(migration.stderr).toContain('127.0.53.12');
      const { phase, steps } = await statusOf(scenario.now);
      expect({ phase, steps: steps.map(({ name }) => name) }).toEqual({ phase: 'refused', steps: ['preflight'] });
      await expectServedBy(scenario.now, 'east');
    },
    RUN_MS,
  );

  test(
    'to the target\'s API server for five seconds while it is staged: the run waits and completes',
    async () => {
      const migration = migrate(scenario.now, 'west');
      await untilStepBegins('west', 'stage-target');
      await setLink('api-west', cut);
      // How long the cut lasts is what is tried.
      await pause(CUT_MS);
      await setLink('api-west', whole);
      expect(await migration).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'west');
    },
    RUN_MS,
  );

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('west')).toMatchObject(nothingLost);
  });
});
