import { defineCheck, found } from '../check.js';

/** A field that an older API server does not know is refused when it is staged, or means nothing there. */
export const targetIsNotOlder = defineCheck({
  name: 'target-is-not-older',
  asks: 'The target is not an older Kubernetes',
  severity: 'warn',
  fix: 'Upgrade the older site; until then, see that the application uses nothing that is new.',
  find: ({ source, target }) => {
    const [here, there] = [minorOf(source.kubernetesVersion), minorOf(target.kubernetesVersion)];
    return here === null || there === null || there >= here ? [] : [found(target, `${target.site} is Kubernetes ${target.kubernetesVersion}, older than ${source.kubernetesVersion} of ${source.site}.`)];
  },
});

/** `v1.35.4` and `v1.35.4+k3s1`: 35. */
function minorOf(version: string): number | null {
  const [, minor] = /^v1\.(\d+)/.exec(version) ?? [];
  return minor === undefined ? null : Number(minor);
}
