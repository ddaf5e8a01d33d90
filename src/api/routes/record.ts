import type { FastifyRequest } from 'fastify';
import type { RunRecord } from '../../client/record.js';
import { renderReport, type ReportFormat } from '../../client/report/index.js';
import { allOf } from '../../domain/record/past-run.js';
import { answers } from '../answers.js';
import type { ApiContext, App } from '../context.js';
import { noQuery, recordsQuery, reportQuery, runPath } from '../schemas/requests.js';
import { htmlReport, markdownReport, pastRuns, runRecord } from '../schemas/views.js';

/** A page that holds what people wrote runs nothing and fetches nothing, whatever they wrote. */
const NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

const forms: Readonly<Record<ReportFormat, { readonly type: string; readonly ending: string }>> = {
  html: { type: 'text/html; charset=utf-8', ending: 'html' },
  markdown: { type: 'text/markdown; charset=utf-8', ending: 'md' },
};

/** What is kept of runs beside Temporal: read when Temporal no longer knows them, or does not answer. */
export function recordRoutes(app: App, context: ApiContext): void {
  app.get(
    '/v1/records',
    { schema: { operationId: 'listRecords', summary: 'Runs that are recorded, newest first, also those that Temporal no longer keeps', tags: ['record'], querystring: recordsQuery, response: answers({ 200: pastRuns }) } },
    async ({ query, identity }) => {
      const { plan, limit } = query;
      await context.gate.permit(identity, { verb: 'list', plan: plan === undefined ? null : { namespace: context.installation.planNamespace, name: plan } });
      return { runs: await context.verbs.pastRuns({ plan, limit }) };
    },
  );

  app.get(
    '/v1/runs/:run/record',
    { schema: { operationId: 'getRecord', summary: 'Every entry of the record of a run, and whether it is as it was written', tags: ['record'], params: runPath, querystring: noQuery, response: answers({ 200: runRecord }, [404]) } },
    (request) => permittedRecord(context, request),
  );

  app.get(
    '/v1/runs/:run/report',
    {
      schema: {
        operationId: 'getReport',
        summary: 'One self-contained file that tells a run',
        tags: ['record'],
        params: runPath,
        querystring: reportQuery,
        response: { 200: { description: 'The report', content: { 'text/html': { schema: htmlReport }, 'text/markdown': { schema: markdownReport } } }, ...answers({}, [404]) },
      },
    },
    async (request, reply) => {
      const record = await permittedRecord(context, request);
      const { type, ending } = forms[request.query.format];
      void reply.header('content-security-policy', NOTHING_RUNS).header('content-disposition', `inline; filename="${record.summary.run}.${ending}"`);
      return reply.type(type).send(renderReport(record, request.query.format));
    },
  );
}

/** The record that a path names, for those who may look at the run's plan. A record that does not say its plan is for those who may look at all. */
async function permittedRecord({ verbs, gate, installation }: ApiContext, request: FastifyRequest<{ Params: { run: string } }>): Promise<RunRecord> {
  const record = await verbs.record(request.params.run);
  const asked = allOf(record.entries, 'request')[0]?.request;
  const unit = record.entries[0]?.unit;
  const named = asked?.unit ?? (unit === undefined ? null : { namespace: installation.planNamespace, name: unit });
  await gate.permit(request.identity, { verb: 'get', plan: named });
  return record;
}
