import { manifests } from '../../src/drivers/infoscale/manifests.js';
import { read } from './markdown.js';

describe('The manifests that are made from code', () => {
  test.each(manifests().map(({ file, text }) => [file, text] as const))('%s is as the code makes it (npm run generate)', (file, text) => {
    expect(read(file)).toBe(text);
  });
});
