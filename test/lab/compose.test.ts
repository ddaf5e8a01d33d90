import { Composed } from './support/composed.js';

/**
 * docker-compose.yml without a container engine: the same commands and environment as processes, against Debian's PostgreSQL and the
 * pinned schema tool. Not tried: the Temporal server and our parts as the file starts them, the images, their users, mounts, networks, the UI.
 */
describe('The services of docker-compose.yml, run as processes', () => {
  const composed = new Composed();

  beforeAll(async () => {
    await composed.prepare();
    await composed.startPostgres();
  }, 60_000);
  afterAll(() => composed.end(), 60_000);

  test('make Temporal\'s schema once, and a second time change nothing', async () => {
    await composed.once('temporal-schema');
    expect(await composed.once('temporal-schema')).not.toMatch(/ERROR/);
  }, 120_000);
});
