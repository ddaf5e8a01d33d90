import { DefaultLogger, type LogLevel } from '@temporalio/worker';
import type { Level, Log } from './log.js';

/** What the SDK adds to its lines and nobody needs: the same on each line, or long and meant for machines. */
const noise = new Set(['taskToken', 'namespace', 'isLocal', 'sdkComponent', 'workflowType', 'runId', 'workflowRunId', 'target', 'span_contexts', 'callsite', 'subsystem']);

/** True of every worker that serves a site, or of all, and no news. */
const known = [/^No workflows registered/, /^No Nexus services registered/];

const levels: Readonly<Record<LogLevel, Level>> = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' };

/** The SDK's lines, the workflows' and the activities', through our log. */
export function temporalLogger(log: Log, least: Level): DefaultLogger {
  return new DefaultLogger(least === 'debug' ? 'DEBUG' : least === 'info' ? 'INFO' : least === 'warn' ? 'WARN' : 'ERROR', ({ level, message, meta }) => {
    if (known.some((pattern) => pattern.test(message))) return;
    log(levels[level], message, Object.fromEntries(Object.entries(meta ?? {}).filter(([name]) => !noise.has(name))));
  });
}
