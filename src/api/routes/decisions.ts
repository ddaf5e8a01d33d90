import { randomUUID } from 'node:crypto';
import { verbOf } from '../../domain/access.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { Decision, DecisionRecord } from '../../domain/status.js';
import { answers } from '../answers.js';
import type { ApiContext, App } from '../context.js';
import { planOf } from '../links.js';
import { ApiError, invalidFields } from '../problem.js';
import { keyHeader, newDecision, noQuery, runPath } from '../schemas/requests.js';
import { decisionRecord } from '../schemas/views.js';
import type { RunRow } from '../verbs.js';

export function decisionRoutes(app: App, context: ApiContext): void {
  const { verbs, gate, installation } = context;
  app.post(
    '/v1/runs/:run/decisions',
    {
      schema: {
        operationId: 'decide',
        summary: 'Tell a run what to do; it is recorded with your name',
        tags: ['runs'],
        params: runPath,
        querystring: noQuery,
        headers: keyHeader,
        body: newDecision,
        response: answers({ 200: decisionRecord }, [404, 409, 413, 415, 422]),
      },
    },
    async (request) => {
      const { body, identity } = request;
      const row = await verbs.run(request.params.run);
      await gate.permit(identity, { verb: verbOf(body.kind), plan: planOf(row, installation) });
      const key = request.headers['idempotency-key'];
      if (body.id !== undefined && key !== undefined && body.id !== key) throw invalidFields([{ in: 'body', field: '/id', detail: 'It differs from the header Idempotency-Key.' }]);
      const decision: Decision = {
        id: body.id ?? key ?? randomUUID(),
        kind: body.kind,
        step: body.step ?? null,
        by: identity.name,
        verified: identity.verified,
        via: 'api',
        reason: body.reason,
        statement: body.statement ?? null,
        ...(body.digest === undefined ? {} : { digest: body.digest }),
        ...(body.seconds === undefined ? {} : { seconds: body.seconds }),
        ...(body.force === undefined ? {} : { force: body.force }),
      };
      return sameAs(decision, await taken(verbs, row, decision));
    },
  );
}

/** The record of the decision; of one that came before under the same id, also when the run is over by now. */
async function taken(verbs: ApiContext['verbs'], row: RunRow, decision: Decision): Promise<DecisionRecord> {
  try {
    return await verbs.decide(row, decision);
  } catch (error) {
    if (!(error instanceof ChangeoverError)) throw error;
    const rejected = error.code === 'Refused' || error.code === 'Invalid';
    if (!rejected && error.code !== 'NotFound') throw error;
    const known = (await verbs.status(row)).decisions.find(({ id }) => id === decision.id);
    if (known !== undefined) return known;
    const sentence = rejected ? error.message : `Run ${row.run} is over.`;
    throw new ApiError(new ChangeoverError('Refused', sentence, { reasons: [sentence, ...error.reasons] }), { status: 409, run: row.run });
  }
}

/** An id is one decision: the same again is answered alike, another under it is a mistake. */
function sameAs(asked: Decision, record: DecisionRecord): DecisionRecord {
  if (record.kind === asked.kind && record.by === asked.by) return record;
  throw new ChangeoverError('KeyReused', `The id ${asked.id} belongs to another decision: ${record.kind} by ${record.by}.`);
}
