import { defineCheck, found } from '../check.js';

export const applicationExists = defineCheck({
  name: 'application-exists',
  asks: 'The selector names objects',
  fix: 'Correct selector.namespace and selector.labels of the plan.',
  find: ({ source }) => {
    const { namespaceExists, namespaceTerminating, objectCount } = source.application;
    const where = source.plan?.namespace ?? '';
    if (!namespaceExists) return [found(source, `Namespace ${where} does not exist on ${source.site}.`)];
    if (namespaceTerminating) return [found(source, `Namespace ${where} is being deleted on ${source.site}.`)];
    return objectCount === 0 ? [found(source, `The selector names no object in ${where} on ${source.site}.`)] : [];
  },
});
