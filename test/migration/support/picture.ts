import { Resolver } from 'node:dns/promises';
import { withApi } from '../../../lab/scenario/application.js';
import { nameServers, type SiteName } from '../../../lab/settings.js';

interface Raw {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>>;
}

const kinds = {
  deployments: '/apis/apps/v1/namespaces/orders/deployments',
  cronJobs: '/apis/batch/v1/namespaces/orders/cronjobs',
  services: '/api/v1/namespaces/orders/services',
  ingresses: '/apis/networking.k8s.io/v1/namespaces/orders/ingresses',
  claims: '/api/v1/namespaces/orders/persistentvolumeclaims',
  volumes: '/api/v1/persistentvolumes',
} as const;

type Side = Readonly<Record<keyof typeof kinds | 'namespaces', readonly Told[]>> & { readonly plan: unknown };

/** What a run changes and an undo must give back, on both sites and on both name servers. */
export async function picture(): Promise<{ readonly east: Side; readonly west: Side; readonly answers: unknown }> {
  const [east, west, primary, secondary] = await Promise.all([pictureOf('east'), pictureOf('west'), answerOf('primary'), answerOf('secondary')]);
  return { east, west, answers: { primary, secondary } };
}

async function pictureOf(site: SiteName): Promise<Side> {
  return withApi(site, async (api) => {
    const list = async (path: string): Promise<readonly Told[]> => ((await api.request('GET', path)) as { items: readonly Raw[] }).items.map(told);
    const lists = await Promise.all(Object.entries(kinds).map(async ([kind, path]) => [kind, await list(path)] as const));
    const namespaces = (await list('/api/v1/namespaces')).filter(({ name }) => name === 'orders');
    const plan = (await api.request('GET', '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans/orders')) as Raw & { status: unknown };
    return { ...(Object.fromEntries(lists) as Record<keyof typeof kinds, readonly Told[]>), namespaces, plan: { ...told(plan), status: plan.status } };
  });
}

interface Told {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the product. */
  readonly ours: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

function told({ metadata: { name, labels = {}, annotations = {} }, spec = {} }: Raw): Told {
  const ours = Object.entries(annotations).filter(([key]) => key.includes('changeover.io'));
  return { name, labels, ours: Object.fromEntries(ours), spec };
}

/** The address of the application's name with its TTL. */
async function answerOf(role: keyof typeof nameServers): Promise<unknown> {
  const { address, port } = nameServers[role];
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`${address}:${port}`]);
  return resolver.resolve4('orders.example.test', { ttl: true });
}
