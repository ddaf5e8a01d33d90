import { createServer, type AddressInfo } from 'node:net';
import { connect } from '../../src/client/connect.js';
import { exitCode, exitOf } from '../../src/cli/exit.js';

/** A port that was free a moment ago, on loopback. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

describe('A Temporal server that does not answer', () => {
  test('is one sentence with the address and what to look at, and exit code 3', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const error: unknown = await connect({ address, namespace: 'default' }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'Unreachable', message: `Temporal does not answer at ${address}. Is it running, and is temporal.address in the configuration right?`, reasons: [] });
    expect(exitOf(error)).toBe(exitCode.unreachable);
  });
});
