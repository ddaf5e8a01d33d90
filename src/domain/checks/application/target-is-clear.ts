import { defineCheck, found } from '../check.js';

export const targetIsClear = defineCheck({
  name: 'target-is-clear',
  asks: 'Nothing of the application stands at the target',
  fix: 'Remove what stands there, or wait until it is gone.',
  find: ({ target }) => {
    const { namespaceTerminating, namespaceHeldBy = [], workloads, strangers } = target.application;
    return [
      ...(namespaceTerminating ? [found(target, `The application's namespace is being deleted on ${target.site}; wait until it is gone.${namespaceHeldBy.length === 0 ? '' : ` It is held by: ${namespaceHeldBy.join(' ')}`}`)] : []),
      ...workloads.filter((w) => w.ready > 0).map((w) => found(target, `${w.kind}/${w.name} runs on ${target.site} already. Two copies of one application are never made.`)),
      ...strangers.map((o) => found(target, `${o} stands on ${target.site} without our mark.`, 'Remove it, or find out why it belongs there.')),
    ];
  },
});
