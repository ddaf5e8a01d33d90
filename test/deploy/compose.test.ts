import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { versions } from '../../lab/components/catalog.js';
import { repositoryRoot } from '../../lab/paths.js';
import { attributes } from '../../src/workflows/search-attributes.js';
import { composeFile, service } from '../lab/support/compose.js';

const { services, secrets } = composeFile();
const ours = ['control-worker', 'controller', 'api'];

describe('docker-compose.yml', () => {
  test('opens ports on loopback only', () => {
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(ports.length).toBeGreaterThan(2);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('has no password in it: secrets are files', () => {
    const values = Object.entries(services).flatMap(([name, { environment }]) => Object.entries(environment).map(([key, value]) => [`${name}.${key}`, value] as const));
    expect(values.filter(([key]) => /password|pwd|secret|token/i.test(key)).map(([, value]) => value)).toEqual(['/run/secrets/database-password', '/run/secrets/database-password']);
    expect(Object.values(secrets).map(({ file }) => file)).toEqual(['./secrets/database-password']);
    expect(readFileSync(join(repositoryRoot(), '.gitignore'), 'utf8').split('\n')).toContain('secrets/');
  });

  test('runs our parts as nobody in particular, without rights, on a root that cannot be written', () => {
    for (const name of ours) expect({ name, ...service(name) }).toMatchObject({ name, user: '10001:10001', read_only: true, cap_drop: ['ALL'] });
  });

  test('runs programs that the build makes', () => {
    for (const name of ours) {
      const [program = ''] = service(name).command ?? [];
      expect(existsSync(join(repositoryRoot(), program.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
    }
  });

  test('uses the versions that the tests run, and registers the search attributes that runs carry', () => {
    expect([service('temporal').image, service('temporal-schema').image, service('temporal-ui').image]).toEqual([`temporalio/server:${versions.temporalServer}`, `temporalio/admin-tools:${versions.temporalServer}`, `temporalio/ui:${versions.temporalUi}`]);
    expect(service('temporal-namespace').environment['SEARCH_ATTRIBUTES']?.split(' ')).toEqual(Object.values(attributes).map(({ name }) => name));
  });

  test('hides terminate and reset in the UI', () => {
    expect(service('temporal-ui').environment).toMatchObject({ TEMPORAL_WORKFLOW_TERMINATE_DISABLED: 'true', TEMPORAL_WORKFLOW_RESET_DISABLED: 'true', TEMPORAL_BATCH_ACTIONS_DISABLED: 'true' });
  });

  test('starts each part after what it needs', () => {
    const needs = (name: string) => Object.entries(service(name).depends_on ?? {}).map(([on, { condition }]) => `${on} ${condition}`);
    expect(needs('temporal-schema')).toEqual(['postgres service_healthy']);
    expect(needs('temporal')).toEqual(['temporal-schema service_completed_successfully']);
    expect(needs('temporal-namespace')).toEqual(['temporal service_healthy']);
    for (const name of ours) expect(needs(name)).toEqual(['temporal-namespace service_completed_successfully']);
  });
});

describe('The Dockerfile', () => {
  const text = readFileSync(join(repositoryRoot(), 'Dockerfile'), 'utf8');
  const ignored = readFileSync(join(repositoryRoot(), '.dockerignore'), 'utf8').split('\n');

  test('copies only what the build is allowed to see', () => {
    const sources = [...text.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words = '']) => words.split(' ').slice(0, -1));
    expect(sources.length).toBeGreaterThan(3);
    expect(sources.filter((source) => !existsSync(join(repositoryRoot(), source)) || !ignored.includes(`!${source}`))).toEqual([]);
    expect(ignored).toContain('*');
  });

  test('ends as a user that is a number and not root', () => {
    expect([...text.matchAll(/^USER (.+)$/gm)].at(-1)?.[1]).toBe('10001:10001');
  });

  test('leaves out what only development needs: the product imports nothing of it', () => {
    const { dependencies } = JSON.parse(readFileSync(join(repositoryRoot(), 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    expect(productImports().filter((name) => dependencies[name] === undefined)).toEqual([]);
  });
});

/** Packages that src/ imports. */
function productImports(): readonly string[] {
  const src = join(repositoryRoot(), 'src');
  const texts = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(src, file), 'utf8'));
  const names = texts.flatMap((text) => [...text.matchAll(/^(?:import|export)\s(?!type )[^;]*?from '([^'.][^']*)'/gm)].map((found) => found[1] ?? ''));
  return [...new Set(names)].filter((name) => !name.startsWith('node:')).map((name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/'));
}
