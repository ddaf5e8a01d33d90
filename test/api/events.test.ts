import { once } from 'node:events';
import { connect } from 'node:net';
import { ChangeoverError } from '../../src/domain/errors.js';
import { Listener } from './support/listener.js';
import { aRow, TEMPORAL_RUN } from './support/fake-verbs.js';
import { limits, served, tokens, type Served } from './support/serving.js';

let at: Served;
beforeEach(async () => {
  at = await served({ heartbeatMs: 20, lingerMs: 20 });
});
afterEach(() => at.app.close());

const PATH = '/v1/runs/orders-1/events';
const id = (revision: number) => `${TEMPORAL_RUN}.${revision}`;

const listen = (headers: Record<string, string> = {}) => Listener.to(`${at.url}${PATH}`, { authorization: `Bearer ${tokens.vera}`, ...headers });

describe('Following a run', () => {
  test('shows the newest status and every later one, each with its revision, until the run has ended', async () => {
    at.verbs.changes(5);
    const listener = await listen();
    expect(listener.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await listener.until(`id: ${id(5)}\nevent: status\n`);
    at.verbs.changes(9, { headline: 'further' });
    await listener.until('"headline":"further"');
    at.verbs.changes(12, { phase: 'completed', endedAt: '2026-03-01T03:01:00.000Z' });
    const text = await listener.toTheEnd();
    expect(listener.ids).toEqual([id(5), id(9), id(12)]);
    expect(text).toMatch(/event: end\ndata: \{"phase":"completed","outcome":"completed"\}\n\n$/);
  });

  test('asks once for all who listen, and a look at the run asks nothing more', async () => {
    at.verbs.changes(5);
    const listeners = await Promise.all(Array.from({ length: 10 }, () => listen()));
    await Promise.all(listeners.map((one) => one.until(id(5))));
    at.verbs.changes(6);
    await Promise.all(listeners.map((one) => one.until(id(6))));
    const look = await fetch(`${at.url}/v1/runs/orders-1`, { headers: { authorization: `Bearer ${tokens.vera}` } });
    expect(look.status).toBe(200);
    expect({ follows: at.verbs.follows, asked: at.verbs.asked }).toEqual({ follows: 1, asked: 0 });
    const metrics = await (await fetch(`${at.url}/metrics`)).text();
    expect(metrics).toMatch(/^changeover_api_event_streams 10$/m);
    expect(metrics).toMatch(/^changeover_api_followed_runs 1$/m);
    await Promise.all(listeners.map((one) => one.leave()));
  });

  test('again after a lost connection sends what was missed', async () => {
    at.verbs.changes(5);
    const stays = await listen();
    await stays.until(id(5));
    at.verbs.changes(7);
    at.verbs.changes(9);
    await stays.until(id(9));
    const back = await listen({ 'last-event-id': id(5) });
    await back.until(id(9));
    expect(back.ids).toEqual([id(7), id(9)]);
    await Promise.all([stays.leave(), back.leave()]);
  });

  test('again after the run has ended sends what was missed, too', async () => {
    await at.app.close();
    at = await served({ lingerMs: 10_000 });
    at.verbs.changes(5);
    const [stays, leaves] = [await listen(), await listen()];
    await Promise.all([stays.until(id(5)), leaves.until(id(5))]);
    await leaves.leave();
    at.verbs.changes(7);
    at.verbs.changes(9);
    at.verbs.changes(12, { phase: 'completed', endedAt: '2026-03-01T03:01:00.000Z' });
    await stays.toTheEnd();
    const back = await listen({ 'last-event-id': id(5) });
    expect(await back.toTheEnd()).toContain('event: end');
    expect(back.ids).toEqual([id(7), id(9), id(12)]);
  });

  test('again after a gap that is not kept, or with an id of another run, sends the newest as a whole', async () => {
    at.verbs.changes(50);
    for (const known of [id(3), `${TEMPORAL_RUN.replace('1', '2')}.50`]) {
      const back = await listen({ 'last-event-id': known });
      await back.until(id(50));
      expect(back.ids).toEqual([id(50)]);
      await back.leave();
    }
  });

  test('that goes on as another procedure goes on, and what was seen before counts', async () => {
    const other = TEMPORAL_RUN.replace(/1$/, '2');
    at.verbs.changes(40, { line: 'after' });
    const listener = await listen();
    await listener.until(id(40));
    at.verbs.changes(5, { procedure: 'turn-back' }, other);
    await listener.until(`id: ${other}.5\n`);
    at.verbs.changes(9, { phase: 'completed', endedAt: '2026-03-01T03:01:00.000Z' }, other);
    expect(await listener.toTheEnd()).toContain('event: end');
    const back = await listen({ 'last-event-id': `${other}.5` });
    await back.toTheEnd();
    expect({ first: listener.ids, back: back.ids }).toEqual({ first: [id(40), `${other}.5`, `${other}.9`], back: [`${other}.9`] });
  });

  test('that somebody terminates ends with that outcome', async () => {
    at.verbs.changes(5, { phase: 'held' });
    const listener = await listen();
    await listener.until(id(5));
    at.verbs.isTerminated();
    expect(await listener.toTheEnd()).toMatch(/event: end\ndata: \{"phase":"held","outcome":"terminated"\}\n\n$/);
  });

  test('is kept alive by heartbeats, and says when nobody can say', async () => {
    at.verbs.changes(5);
    const listener = await listen();
    await listener.until(': still here');
    at.verbs.isSilent('no worker');
    await listener.until('event: unreachable\ndata: {"detail":"no worker"}');
    at.verbs.changes(6);
    await listener.until(id(6));
    expect(listener.ids).toEqual([id(5), id(6)]);
    await listener.leave();
  });

  test('of a run that is over and wholly seen is answered with 204, so that nobody comes back', async () => {
    at.verbs.rows = [aRow({ closedAt: '2026-03-01T03:01:00.000Z', outcome: 'completed' })];
    at.verbs.changes(12, { phase: 'completed', endedAt: '2026-03-01T03:01:00.000Z' });
    expect((await listen({ 'last-event-id': id(12) })).answer.status).toBe(204);
    const late = await listen({ 'last-event-id': id(8) });
    expect(await late.toTheEnd()).toContain('event: end');
    expect(late.ids).toEqual([id(12)]);
  });

  test('ends when the server closes, and its follower with it', async () => {
    at.verbs.changes(5);
    const listener = await listen();
    await listener.until(id(5));
    await at.app.close();
    await listener.toTheEnd();
    expect(at.verbs.closedFollows).toBe(at.verbs.follows);
  });

  test('and a connection on which nothing was asked does not hold up the end of the server', async () => {
    await at.app.close();
    at = await served({ finishWithinMs: 50 });
    const silent = connect(Number(new URL(at.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    silent.resume();
    await Promise.all([at.app.close(), ended]);
    expect(silent.destroyed).toBe(true);
  }, 5_000);

  test('beyond the number of streams this server takes is refused', async () => {
    await at.app.close();
    at = await served({ limits: limits({ streams: 1 }) });
    at.verbs.changes(5);
    const first = await listen();
    await first.until(id(5));
    expect((await listen()).answer.status).toBe(429);
    await first.leave();
  });
});

describe('A decision by HTTP', () => {
  const send = async (body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${at.url}/v1/runs/orders-1/decisions`, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${tokens.otto}`, 'content-type': 'application/json', ...headers } });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };

  test('is recorded under the name of the token, as verified, and twice is once', async () => {
    const first = await send({ kind: 'ack', reason: 'mine', id: 'a1' });
    expect(first).toMatchObject({ status: 200, json: { id: 'a1', kind: 'ack', by: 'otto', verified: true, via: 'api', reason: 'mine' } });
    expect(await send({ kind: 'ack', reason: 'mine' }, { 'idempotency-key': 'a1' })).toEqual(first);
    expect(at.verbs.decided).toHaveLength(1);
    expect(await send({ kind: 'cancel', reason: 'other', id: 'a1' })).toMatchObject({ status: 422, json: { code: 'KeyReused' } });
    expect(await send({ kind: 'ack', reason: 'x', id: 'a' }, { 'idempotency-key': 'b' })).toMatchObject({ status: 400, json: { errors: [{ field: '/id' }] } });
  });

  test('that the run does not take is refused with its sentence', async () => {
    at.verbs.instead.decide = () => {
      throw new ChangeoverError('Refused', 'retry is not possible now (preparing).');
    };
    expect(await send({ kind: 'retry', reason: 'x' })).toMatchObject({ status: 409, json: { code: 'Refused', detail: 'retry is not possible now (preparing).', run: 'orders-1' } });
  });

  test('for a run that is over is refused, but the same as before is answered as before', async () => {
    const record = { id: 'a1', kind: 'ack' as const, step: null, by: 'otto', verified: true, via: 'api', reason: 'mine', at: '2026-03-01T03:00:00.000Z' };
    at.verbs.current = { ...at.verbs.current, endedAt: '2026-03-01T03:01:00.000Z', decisions: [record] };
    at.verbs.instead.decide = () => {
      throw new ChangeoverError('NotFound', 'No run of orders is open.');
    };
    expect(await send({ kind: 'ack', reason: 'mine', id: 'a1' })).toEqual({ status: 200, json: record });
    expect(await send({ kind: 'ack', reason: 'mine', id: 'a2' })).toMatchObject({ status: 409, json: { code: 'Refused', detail: 'Run orders-1 is over.' } });
  });
});
