import { defineCheck, found } from '../check.js';

export const nobodyElseMounts = defineCheck({
  name: 'nobody-else-mounts',
  asks: 'Nobody else mounts the claims',
  fix: 'Include it in the selector or stop it; it is never deleted for you.',
  find: ({ source }) => source.application.foreignMounters.map((pod) => found(source, `Pod ${pod} on ${source.site} mounts a claim of the application but is not part of it.`)),
});
