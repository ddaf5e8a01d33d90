import type { FastifyReply } from 'fastify';
import { ChangeoverError } from '../../domain/errors.js';
import type { Status } from '../../domain/status.js';
import { withProblems } from '../answers.js';
import type { ApiContext, App } from '../context.js';
import { EventStream } from '../event-stream.js';
import { lastEventHeader, noQuery, runPath } from '../schemas/requests.js';
import { eventStream } from '../schemas/views.js';
import type { Place } from '../run-events.js';
import type { RunRow } from '../verbs.js';
import { permittedRun } from './runs.js';

/** So often it is looked again whether who listens may still listen, milliseconds. */
const LOOK_AGAIN_MS = 60_000;

export function eventRoutes(app: App, context: ApiContext): void {
  const { limits } = context;
  let open = 0;
  app.get(
    '/v1/runs/:run/events',
    {
      config: { within: 'none' },
      schema: {
        operationId: 'followRun',
        summary: 'Follow a run as server-sent events',
        tags: ['runs'],
        params: runPath,
        querystring: noQuery,
        headers: lastEventHeader,
        response: {
          200: { description: 'Events until the run has ended', content: { 'text/event-stream': { schema: eventStream } } },
          204: { description: 'The run has ended and nothing was missed: do not come back', content: { 'text/event-stream': { schema: eventStream } } },
          ...withProblems({}, [400, 401, 403, 404, 429, 500, 503]),
        },
      },
    },
    async (request, reply) => {
      const row = await permittedRun(context, request, 'watch');
      const after = placeOf(request.headers['last-event-id']);
      if (after !== undefined && row.closedAt !== null && isSame(await lastOf(context, row), after)) return reply.code(204).send();
      if (open >= limits.streams) throw new ChangeoverError('Throttled', `${open} event streams are open; this server takes no more.`);
      open += 1;
      context.metrics.streams.set(open);
      try {
        const stillAllowed = async () => {
          const identity = await context.gate.identify(request);
          await context.gate.permit(identity, { verb: 'watch', plan: { namespace: row.namespace ?? context.installation.planNamespace, name: row.plan } });
        };
        await stream(context, { row, after, reply, stillAllowed });
      } finally {
        open -= 1;
        context.metrics.streams.set(open);
      }
      return reply;
    },
  );
}

interface Listening {
  readonly row: RunRow;
  readonly after: Place | undefined;
  readonly reply: FastifyReply;
  readonly stillAllowed: () => Promise<void>;
}

async function stream(context: ApiContext, { row, after, reply, stillAllowed }: Listening): Promise<void> {
  const out = new EventStream(reply, { heartbeatMs: context.heartbeatMs, closing: context.closing });
  const lookAgain = setInterval(() => void stillAllowed().catch(() => out.close()), LOOK_AGAIN_MS);
  lookAgain.unref();
  try {
    let last: Status | null = null;
    for await (const event of context.events.listen(row, { signal: out.signal, after })) {
      if (event.kind === 'unreachable') out.send({ event: 'unreachable', data: { detail: event.message } });
      else {
        const { temporalRunId, revision, status } = event.seen;
        last = status;
        out.send({ event: 'status', id: `${temporalRunId}.${revision}`, data: { revision, status } });
      }
    }
    if (!out.signal.aborted) await sayEnd(context, { row, out, last });
  } catch (error) {
    out.send({ event: 'unreachable', data: { detail: error instanceof ChangeoverError ? error.message : 'The run cannot be followed.' } });
  } finally {
    clearInterval(lookAgain);
    out.close();
  }
}

/** A run that was ended from outside never said that it ends: its list entry does. */
async function sayEnd({ verbs }: ApiContext, { row, out, last }: { readonly row: RunRow; readonly out: EventStream; readonly last: Status | null }): Promise<void> {
  const { closedAt, outcome } = last !== null && last.endedAt !== null ? { closedAt: last.endedAt, outcome: last.phase } : await verbs.run(row.run);
  if (closedAt !== null) out.send({ event: 'end', data: { phase: last?.phase ?? null, outcome } });
}

/** What a listener saw last, in the words of an event's id. */
function placeOf(id: string | undefined): Place | undefined {
  const [temporalRunId, revision] = id?.split('.') ?? [];
  return temporalRunId === undefined || revision === undefined ? undefined : { temporalRunId, revision: Number(revision) };
}

function isSame(one: Place | null, other: Place): boolean {
  return one?.temporalRunId === other.temporalRunId && one.revision === other.revision;
}

/** The last there is to see of a run that is over; null when nobody can say at the moment. */
async function lastOf(context: ApiContext, row: RunRow): Promise<Place | null> {
  const found = new AbortController();
  let last: Place | null = null;
  for await (const event of context.events.listen(row, { signal: found.signal })) {
    if (event.kind === 'unreachable') return null;
    last = event.seen;
  }
  return last;
}
