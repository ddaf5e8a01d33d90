/**
 * The orders service: the lab's sample application.
 * Ends with 0 after SIGTERM, 1 when it cannot listen or read its volumes, 2 for a wrong environment,
 * 3 when the table is ahead of the log, 4 when it can no longer write.
 */
import { TableAhead } from './book.js';
import { startService } from './service.js';
import { readSettings, SettingsError } from './settings.js';

function say(message: string, details: Readonly<Record<string, unknown>> = {}): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), message, ...details }));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof SettingsError) return 2;
  return error instanceof TableAhead ? 3 : 1;
}

async function main(): Promise<void> {
  let terminated = false;
  let onTerm = (): void => {
    terminated = true;
  };
  process.on('SIGTERM', () => onTerm());
  process.on('SIGINT', () => onTerm());
  const settings = readSettings(process.env);
  const service = await startService(settings);
  const { site, host, durable } = settings;
  say('orders is ready', { site, host, port: service.port, durable, ...service.replay });
  const stop = (code: number, why: string): void => {
    void service.stop().then(() => {
      say(why);
      process.exit(code);
    });
  };
  onTerm = () => stop(0, 'orders has stopped');
  void service.failed.then((error) => stop(4, `orders cannot write: ${String(error)}`));
  if (terminated) onTerm();
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exit(exitCodeOf(error));
});
