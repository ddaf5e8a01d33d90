import { connect } from 'node:net';
import { vvrdSocket } from '../paths.js';
import type { SiteName } from '../settings.js';

/** One line of JSON to a site's vvrd, one line back. @throws when nobody answers within the time. */
export function askVvrd(site: SiteName, question: Readonly<Record<string, unknown>>, timeoutMs = 5000): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = connect(vvrdSocket(site));
    let text = '';
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`vvrd of ${site} did not answer within ${timeoutMs} ms`)));
    socket.on('connect', () => socket.write(`${JSON.stringify(question)}\n`));
    socket.on('data', (data: Buffer) => {
      text += data.toString('utf8');
      const end = text.indexOf('\n');
      if (end < 0) return;
      socket.destroy();
      try {
        resolve(JSON.parse(text.slice(0, end)) as Record<string, unknown>);
      } catch (error) {
        reject(error as Error);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`vvrd of ${site} closed the connection without an answer`)));
  });
}
