import { behindOf, fieldsOf } from '../../src/logging/call-fields.js';
import { createLog, type Level } from '../../src/logging/log.js';

function logging(format: 'text' | 'json', level: Level = 'info') {
  const lines: string[] = [];
  return { lines, log: createLog({ format, level }, (line) => lines.push(line), () => new Date('2026-03-01T03:00:00Z')) };
}

describe('A line of a log', () => {
  test('is text with what it is about before what happened', () => {
    const { lines, log } = logging('text');
    log('info', 'claim done:\n  both sites', { run: 'orders-1', step: 'claim', site: undefined, note: 'two words' });
    expect(lines).toEqual(['2026-03-01T03:00:00.000Z info run=orders-1 step=claim note="two words" claim done: both sites']);
  });

  test('is one JSON object where that is asked for', () => {
    const { lines, log } = logging('json');
    log('warn', 'a\nb', { attempt: 2, error: new Error('it broke'), big: 5n, list: [1] });
    expect(JSON.parse(lines[0] ?? '')).toEqual({ time: '2026-03-01T03:00:00.000Z', level: 'warn', message: 'a\nb', attempt: 2, error: 'it broke', big: '5', list: '[1]' });
  });

  test('below the level is left out', () => {
    const { lines, log } = logging('text', 'warn');
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log(level, level);
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['warn', 'error']);
  });

  test('that is very long is cut', () => {
    const { lines, log } = logging('text');
    log('info', 'r'.repeat(5_000));
    expect(lines[0]?.length).toBeLessThan(1_100);
  });

  const secret = 'S3cr3tV4lue';
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
  const rows: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
    ['an assignment in a message', `sent password=${secret} to it`, {}],
    ['an assignment with a colon', `Token: ${secret}`, {}],
    ['a field named for one', 'x', { apiKey: secret, api_key: secret, token: secret }],
    ['a header', `Authorization: Bearer ${secret}`, {}],
    ['a token of a ServiceAccount', `GET /x with ${token}`, { error: new Error(token) }],
    ['a private key', `-----BEGIN EC PRIVATE KEY-----\n${secret}\n-----END EC PRIVATE KEY-----`, {}],
    ['an object that holds one', 'x', { config: { secret, nested: { password: secret } } }],
  ];
  test.each(rows)('never shows %s', (_, message, fields) => {
    for (const format of ['text', 'json'] as const) {
      const { lines, log } = logging(format);
      log('info', message, fields);
      expect(lines.join('\n')).toContain('[redacted]');
      expect(lines.join('\n')).not.toContain(secret);
      expect(lines.join('\n')).not.toContain(token);
    }
  });

  test('stays JSON where something was taken out of it', () => {
    const { lines, log } = logging('json');
    log('info', `password="${secret}", and more`, { token: secret, site: 'east' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ token: '[redacted]', site: 'east' });
  });
});

describe('What a call tells of itself', () => {
  test('is run, unit, step and site, and nothing else of its input', () => {
    expect(fieldsOf({ site: 'east', step: 'claim', attempt: 7, plan: { run: 'orders-1', unit: { name: 'orders' }, other: 'x' }, more: 'y' })).toEqual({ run: 'orders-1', unit: 'orders', step: 'claim', site: 'east' });
    expect(fieldsOf({ site: 'east', unit: { name: 'orders' } })).toEqual({ site: 'east' });
    for (const nothing of [undefined, null, 'text', 7, {}]) expect(fieldsOf(nothing)).toEqual({});
  });

  test('is how far the slowest Secondary is behind, where a site was observed', () => {
    const secondary = (behind: string) => ({ host: 'h', behind });
    expect(behindOf({ site: 'east', replication: { secondaries: [secondary('0h 0m 4s'), secondary('1h 2m 3s')] } })).toEqual({ site: 'east', seconds: 3_723 });
    for (const nothing of [null, 'x', { site: 'east' }, { site: 'east', replication: null }, { site: 'east', replication: { secondaries: [secondary('unknown')] } }]) expect(behindOf(nothing)).toBeNull();
  });
});
