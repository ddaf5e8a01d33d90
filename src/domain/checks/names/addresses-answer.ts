import { defineCheck, found } from '../check.js';

export const addressesAnswer = defineCheck({
  name: 'addresses-answer',
  asks: 'The addresses of the target accept connections',
  fix: 'See the Service and its load balancer at the target.',
  find: ({ names, target }) =>
    Object.entries(names?.observed.reachable ?? {}).flatMap(([address, problem]) => (problem === null ? [] : [found(target, `The address ${address} of ${target.site} does not accept connections: ${problem}`)])),
});
