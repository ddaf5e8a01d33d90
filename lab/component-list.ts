import { siteNames } from './settings.js';

/** A component as it is known from outside: by id, with its scope and its name there. */
export interface ComponentName {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
}

/** What runs at each site, in the order in which it is ended. */
const perSite = ['kubelet-1', 'kubelet-2', 'load-balancer', 'provisioner', 'vvrd', 'scheduler', 'kcm', 'apiserver', 'etcd'] as const;

/** Every component of the lab. */
export function allComponents(): readonly ComponentName[] {
  return [
    ...siteNames.flatMap((site) => perSite.map((name) => ({ id: `${name}-${site}`, scope: site, name }))),
    ...['named-primary', 'named-secondary'].map((name) => ({ id: name, scope: 'names', name })),
    { id: 'temporal', scope: 'temporal', name: 'temporal' },
    { id: 'links', scope: 'links', name: 'links' },
    ...['worker', 'second-build', 'controller', 'controller-2', 'api', 'dr-manager'].map((name) => ({ id: name, scope: 'product', name })),
  ];
}

/** The component of that id. @throws Error that lists the ids there are. */
export function findComponent(id: string): ComponentName {
  const all = allComponents();
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no component ${id}; there are ${all.map((one) => one.id).join(', ')}`);
  return found;
}
