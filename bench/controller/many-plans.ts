import { withApi } from '../../lab/scenario/application.js';
import { siteNames, type SiteName } from '../../lab/settings.js';
import type { KubernetesObject } from '../../lab/site/api-client.js';
import { recordText } from '../../src/drivers/kubernetes/ownership-record.js';

export const PLANS = '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans';

/** As much of a DR plan as the bench reads. */
export interface PlanLike {
  readonly metadata: { readonly name: string };
  readonly spec: object;
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** More plans like that of `orders`, under management since ever: they name applications that are not there and that nobody asks about. */
export async function addPlans(count: number): Promise<void> {
  await Promise.all(siteNames.map((site) => addPlansAt(site, count)));
}

async function addPlansAt(site: SiteName, count: number): Promise<void> {
  await withApi(site, async (api) => {
    const { spec } = (await api.request('GET', `${PLANS}/orders`)) as PlanLike;
    const { metadata } = (await api.request('GET', '/api/v1/namespaces/kube-system')) as { metadata: { uid: string } };
    for (let number = 1; number <= count; number += 1) {
      const unit = `idle-${number}`;
      const record = recordText({ unit, epoch: 1, writer: 'east', run: null, procedure: null, phase: 'free', turns: {}, clusterUid: metadata.uid });
      const plan: KubernetesObject = { apiVersion: 'infoscale.veritas.com/v1', kind: 'DisasterRecoveryPlan', metadata: { name: unit, namespace: 'infoscale-vtas' }, spec: { ...spec, selector: { namespace: unit } } };
      // The record first: a plan without one would be asked about by an adoption.
      await api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `ownership-${unit}`, namespace: 'changeover-system' }, data: { record } });
      await api.apply(plan);
      await api.apply({ ...plan, spec: undefined, status: { primaryCluster: 'east' } }, 'status');
    }
  });
}
