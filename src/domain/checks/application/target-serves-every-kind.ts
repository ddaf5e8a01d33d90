import { defineCheck, found } from '../check.js';

export const targetServesEveryKind = defineCheck({
  name: 'target-serves-every-kind',
  asks: 'The target serves every kind',
  fix: 'Install its CRD or operator there first.',
  find: ({ source, target }) => {
    const served = target.application.servedKinds;
    if (served === null) return [found(target, `It is not known which kinds ${target.site} serves.`)];
    return source.application.kinds.filter((kind) => !served.includes(kind)).map((kind) => found(target, `${target.site} does not serve ${kind}, which the application uses.`));
  },
});
