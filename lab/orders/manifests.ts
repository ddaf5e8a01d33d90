/** What the lab applies for the sample application; one door for everyone outside this folder. */
export { drObjects } from './manifests/dr-objects.js';
export type { DrOptions, Site } from './manifests/dr-objects.js';
export { ordersManifests, standbyManifests } from './manifests/index.js';
export type { KubernetesObject } from './manifests/kubernetes-object.js';
export type { Programs } from './manifests/workloads.js';
