import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { markdownFiles, prose, read, root } from './markdown.js';

interface Link {
  readonly file: string;
  readonly target: string;
}

const links: readonly Link[] = markdownFiles().flatMap((file) =>
  [...prose(read(file)).matchAll(/\[[^\]]*\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map((found) => ({ file, target: found[1] ?? '' })).filter(({ target }) => !/^[a-z]+:/.test(target)),
);

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

function anchorsOf(file: string): readonly string[] {
  return [...read(file).replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map((found) => anchorOf((found[1] ?? '').replaceAll('`', '')));
}

describe('The documents', () => {
  test('link to files that are there', () => {
    const broken = links.filter(({ file, target }) => {
      const path = target.split('#')[0] ?? '';
      return path !== '' && !existsSync(join(root, dirname(file), path));
    });
    expect(links.length).toBeGreaterThan(80);
    expect(broken).toEqual([]);
  });

  test('link to headings that are there', () => {
    const broken = links.filter(({ file, target }) => {
      const [path = '', anchor] = target.split('#');
      if (anchor === undefined) return false;
      const to = path === '' ? file : normalize(join(dirname(file), path));
      return !to.endsWith('.md') || !anchorsOf(to).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('do not lead out of the project', () => {
    expect(links.filter(({ file, target }) => normalize(join(dirname(file), target)).startsWith('..'))).toEqual([]);
  });
});
