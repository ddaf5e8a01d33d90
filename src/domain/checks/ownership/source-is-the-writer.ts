import { defineCheck, found } from '../check.js';

export const sourceIsTheWriter = defineCheck({
  name: 'source-is-the-writer',
  asks: 'The source is the one that may write',
  fix: 'Settle who may write before anything moves (changeover status, changeover history).',
  find: ({ source }) =>
    source.ownership !== null && source.ownership.writer !== source.site ? [found(source, `The ownership record on ${source.site} says that ${source.ownership.writer ?? 'nobody'} may write.`)] : [],
});
