import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { canonical } from '../../domain/canonical.js';
import { ChangeoverError } from '../../domain/errors.js';
import { possibleDecisions } from '../../domain/possible.js';
import { screenOf } from '../../domain/screen.js';
import type { Status } from '../../domain/status.js';
import { answers } from '../answers.js';
import type { ApiContext, App } from '../context.js';
import { cursorOf, tokenOf } from '../cursor.js';
import { linksOf, planOf } from '../links.js';
import { ApiError } from '../problem.js';
import { requestOf } from '../request.js';
import { keyHeader, newRun, noQuery, runPath, runsQuery } from '../schemas/requests.js';
import { accepted, run, runsPage } from '../schemas/views.js';
import type { RunRow } from '../verbs.js';

export function runRoutes(app: App, context: ApiContext): void {
  const { verbs, gate, installation } = context;

  app.post(
    '/v1/runs',
    {
      schema: {
        operationId: 'startRun',
        summary: 'Start a migration',
        tags: ['runs'],
        querystring: noQuery,
        headers: keyHeader,
        body: newRun,
        response: answers({ 202: accepted }, [409, 413, 415, 422]),
      },
    },
    async (request, reply) => {
      const { body, identity } = request;
      const asked = requestOf(body, identity, installation);
      await gate.permit(identity, { verb: 'create', plan: asked.unit });
      const chosen = request.headers['idempotency-key'];
      // A key is its sender's own: nobody learns of a run by guessing another's.
      const key = chosen === undefined ? null : { key: digest(JSON.stringify([identity.name, chosen])), body: digest(canonical(body)) };
      const started = await verbs.start(asked, key);
      if (started.found) throw new ApiError(new ChangeoverError('Busy', `Run ${started.run} of ${body.plan} is at work; no other was started.`), { run: started.run });
      request.concerns = started.run;
      const links = linksOf(started.run);
      return reply.code(202).header('location', links.self).send({ run: started.run, repeated: started.repeated, workflowId: started.workflowId, temporalRunId: started.temporalRunId, links });
    },
  );

  app.get(
    '/v1/runs',
    { schema: { operationId: 'listRuns', summary: 'Runs that Temporal keeps, open ones first, newest first', tags: ['runs'], querystring: runsQuery, response: answers({ 200: runsPage }) } },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      await gate.permit(request.identity, { verb: 'list', plan: filter.plan === undefined ? null : { namespace: installation.planNamespace, name: filter.plan } });
      const page = await verbs.runs(filter, { limit, token: cursor === undefined ? null : tokenOf(filter, cursor) });
      return { runs: page.runs.map((row) => ({ ...row, links: linksOf(row.run) })), next: page.next === null ? null : cursorOf(filter, page.next) };
    },
  );

  app.get(
    '/v1/runs/:run',
    { schema: { operationId: 'getRun', summary: 'One run: steps, evidence, what can be decided', tags: ['runs'], params: runPath, querystring: noQuery, response: answers({ 200: run }, [404]) } },
    async (request) => {
      const row = await permittedRun(context, request, 'get');
      const seen = await statusOf(context, row);
      const shown = seen.status === null ? { screen: null, decisions: [] } : { screen: screenOf(seen.status, Date.now()), decisions: possibleDecisions(seen.status, Date.now()) };
      return { ...row, links: linksOf(row.run), ...seen, ...shown };
    },
  );
}

/** The run that a path names, once it is clear that the sender may use the verb on it. */
export async function permittedRun({ verbs, gate, installation }: ApiContext, request: FastifyRequest<{ Params: { run: string } }>, verb: 'get' | 'watch'): Promise<RunRow> {
  const row = await verbs.run(request.params.run);
  await gate.permit(request.identity, { verb, plan: planOf(row, installation) });
  return row;
}

/** What the run says of itself: from those who follow it, else asked once. No answer is part of the answer. */
async function statusOf({ verbs, events }: ApiContext, row: RunRow): Promise<{ status: Status | null; unavailable: string | null }> {
  const followed = events.last(row);
  if (followed !== null) return { status: followed.status, unavailable: null };
  try {
    return { status: await verbs.status(row), unavailable: null };
  } catch (error) {
    if (error instanceof ChangeoverError && error.isPassing) return { status: null, unavailable: error.message };
    throw error;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
