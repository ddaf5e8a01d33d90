import { defineCheck, found } from '../check.js';

/** Compare-and-swap for people. */
export const primaryIsTheExpectedOne = defineCheck({
  name: 'primary-is-the-expected-one',
  asks: 'The primary is the one the requester expected',
  fix: 'Look where the application runs now, and ask again for what is still wanted.',
  find: ({ request, source }) =>
    request.expectedPrimary === null || request.expectedPrimary === source.site ? [] : [found(source, `You expected ${request.expectedPrimary} to be primary, but it is ${source.site} by now.`)],
});
