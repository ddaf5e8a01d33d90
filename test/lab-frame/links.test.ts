import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { FaultProxy } from '../../lab/links/fault-proxy.js';
import { controlServer, parseState } from '../../lab/links/control.js';
import { waitFor } from '../../lab/process/wait.js';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** An echo server and a link to it; both are closed after the test. */
async function echoBehindLink() {
  const echo: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const link = new FaultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  const port = await link.listen({ host: '127.0.0.1', port: 0 });
  const sockets: Socket[] = [];
  const dial = async () => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    let received = '';
    let reset = false;
    let connected = false;
    socket.on('connect', () => { connected = true; });
    socket.on('data', (data: Buffer) => { received += data.toString(); });
    socket.on('error', (error: NodeJS.ErrnoException) => { reset = error.code === 'ECONNRESET' || reset; });
    await until('the connection', () => connected || socket.destroyed);
    return { socket, received: () => received, wasReset: () => reset };
  };
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    link.close();
    echo.close();
  });
  return { link, dial };
}

const until = (what: string, look: () => boolean): Promise<boolean> => waitFor(async () => look(), { what, deadlineMs: 3000, intervalMs: 5 });

describe('a link of the lab', () => {
  test('passes data and the end of a stream while it is ok', async () => {
    const { dial } = await echoBehindLink();
    const one = await dial();
    one.socket.end('hello');
    await once(one.socket, 'end');
    expect(one.received()).toBe('hello');
  });

  test('delays each way by its latency while it is slow', async () => {
    const { link, dial } = await echoBehindLink();
    link.set({ mode: 'slow', latencyMs: 60 });
    const one = await dial();
    const began = performance.now();
    one.socket.write('a');
    one.socket.write('b');
    await until('the echo', () => one.received() === 'ab');
    expect(performance.now() - began).toBeGreaterThanOrEqual(118);
  });

  test('keeps the order of data when the latency shrinks on the way', async () => {
    const { link, dial } = await echoBehindLink();
    link.set({ mode: 'slow', latencyMs: 80 });
    const one = await dial();
    one.socket.write('first ');
    link.set({ mode: 'slow', latencyMs: 1 });
    one.socket.write('second');
    await until('the echo', () => one.received().length === 12);
    expect(one.received()).toBe('first second');
  });

  test('holds what is sent while it is cut, tells nobody, and delivers it once it heals', async () => {
    const { link, dial } = await echoBehindLink();
    const before = await dial();
    before.socket.write('1');
    await until('the first echo', () => before.received() === '1');
    link.set({ mode: 'cut', latencyMs: 0 });
    const during = await dial();
    before.socket.write('2');
    during.socket.write('x');
    // A third connection over a healthy link is the clock: when its echo is back, the others' would have been.
    const other = await echoBehindLink();
    const clock = await other.dial();
    clock.socket.write('tick');
    await until('the clock', () => clock.received() === 'tick');
    expect([before.received(), during.received()]).toEqual(['1', '']);
    link.set({ mode: 'ok', latencyMs: 0 });
    await until('what was held', () => before.received() === '12' && during.received() === 'x');
    expect(before.wasReset() || during.wasReset()).toBe(false);
  });

  test('resets open connections and new ones while it is reset, and serves again afterwards', async () => {
    const { link, dial } = await echoBehindLink();
    const open = await dial();
    open.socket.write('1');
    await until('the echo', () => open.received() === '1');
    link.set({ mode: 'reset', latencyMs: 0 });
    await until('the reset', () => open.wasReset());
    const fresh = await dial();
    fresh.socket.write('2');
    await until('the reset of a new connection', () => fresh.socket.destroyed);
    link.set({ mode: 'ok', latencyMs: 0 });
    const again = await dial();
    again.socket.write('3');
    await until('the echo after healing', () => again.received() === '3');
    expect(again.wasReset()).toBe(false);
  });

  test('passes far more than fits into the sockets without losing a byte', async () => {
    const { dial } = await echoBehindLink();
    const one = await dial();
    const size = 8 * 1024 * 1024;
    one.socket.end(Buffer.alloc(size, 'z'));
    await once(one.socket, 'end');
    expect(one.received().length).toBe(size);
  });

  test('resets the client when nobody listens behind it', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port: closedPort } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    const link = new FaultProxy({ host: '127.0.0.1', port: closedPort });
    closers.push(() => link.close());
    const port = await link.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await until('the end of the connection', () => socket.destroyed);
    expect(link.connections).toBe(0);
  });
});

describe('the switchboard', () => {
  test('lists the links, switches one, and refuses what makes no sense', async () => {
    const proxy = new FaultProxy({ host: '127.0.0.1', port: 9 });
    const server = controlServer([{ name: 'api-east', from: 'a', to: 'b', proxy }]);
    server.listen(0, '127.0.0.1');
    closers.push(() => server.close(), () => server.closeAllConnections());
    await once(server, 'listening');
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const put = (name: string, body: string) => fetch(`${base}/links/${name}`, { method: 'PUT', body });

    const switched = await put('api-east', '{"mode":"slow","latencyMs":200}');
    expect(await switched.json()).toMatchObject({ name: 'api-east', mode: 'slow', latencyMs: 200 });
    expect(proxy.state).toEqual({ mode: 'slow', latencyMs: 200 });
    expect(await (await fetch(`${base}/links`)).json()).toHaveLength(1);
    expect((await put('api-north', '{"mode":"ok"}')).status).toBe(404);
    expect((await put('api-east', '{"mode":"broken"}')).status).toBe(400);
    expect((await put('api-east', 'nonsense')).status).toBe(400);
  });

  test('reads a state only from a known mode and a latency that is not negative', () => {
    expect(parseState('{"mode":"cut"}')).toEqual({ mode: 'cut', latencyMs: 0 });
    expect(parseState('{"mode":"slow","latencyMs":-1}')).toMatch(/latencyMs/);
    expect(parseState('[]')).toMatch(/mode/);
    expect(parseState('null')).toMatch(/object/);
  });
});
