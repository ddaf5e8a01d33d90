import { serveHealth, type Health } from '../../src/health/health.js';

const well: Health = { dead: () => null, notReady: async () => null };

async function ask(health: Health, path: string): Promise<{ status: number; text: string }> {
  const served = await serveHealth('127.0.0.1:0', health);
  try {
    const response = await fetch(`http://127.0.0.1:${served.port}${path}`);
    return { status: response.status, text: (await response.text()).trim() };
  } finally {
    await served.close();
  }
}

describe('What a process says of its health', () => {
  const rows: readonly (readonly [string, Health, string, number, RegExp])[] = [
    ['well: alive', well, '/healthz', 200, /^ok$/],
    ['well: ready', well, '/readyz', 200, /^ok$/],
    ['alive while it cannot work: a new start would not help', { ...well, notReady: async () => 'Temporal does not answer.' }, '/healthz', 200, /^ok$/],
    ['not ready while it cannot work', { ...well, notReady: async () => 'Temporal does not answer.' }, '/readyz', 503, /^Temporal does not answer\.$/],
    ['not ready when it cannot find out', { ...well, notReady: async () => Promise.reject(new Error('broken')) }, '/readyz', 503, /^broken$/],
    ['not ready when finding out takes too long', { ...well, notReady: () => new Promise(() => undefined) }, '/readyz', 503, /no answer within 3 s/],
    ['dead', { ...well, dead: () => 'The worker ended.' }, '/healthz', 503, /^The worker ended\.$/],
    ['dead, and so not ready', { ...well, dead: () => 'The worker ended.' }, '/readyz', 503, /^The worker ended\.$/],
    ['nothing else', well, '/metrics', 404, /healthz/],
  ];
  test.each(rows)('%s', async (_, health, path, status, says) => {
    expect(await ask(health, path)).toEqual({ status, text: expect.stringMatching(says) });
  });

  test.each(['8481', ':8481', '127.0.0.1', '127.0.0.1:70000', '127.0.0.1:x', 'a b:1', '[::zz]:1'])('is not served at "%s"', async (address) => {
    await expect(serveHealth(address, well)).rejects.toMatchObject({ code: 'Invalid', message: expect.stringContaining('is not host:port') });
  });

  test('is not served where somebody else listens, and says so', async () => {
    const first = await serveHealth('127.0.0.1:0', well);
    await expect(serveHealth(`127.0.0.1:${first.port}`, well)).rejects.toMatchObject({ code: 'Invalid', message: expect.stringMatching(/cannot be used.*EADDRINUSE/) });
    await first.close();
  });
});
