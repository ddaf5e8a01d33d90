import type { Client } from '@temporalio/client';
import { decide } from '../client/decide.js';
import { follow } from '../client/follow.js';
import { newestRun, type NewestRun } from '../client/open-run.js';
import { newestRunId, recordedIfRejected, type RejectionSink } from '../client/rejections.js';
import { adoptUnit, startMigration, type Started } from '../client/start.js';
import { readStatus } from '../client/status.js';
import type { Adoption } from '../domain/adoption.js';
import type { MigrationRequest, UnitRef } from '../domain/request.js';
import type { Decision, DecisionRecord, Status } from '../domain/status.js';

/** The client's verbs that the controller uses; others in tests. */
export interface Verbs {
  newestRun(unit: string): Promise<NewestRun | null>;
  start(request: MigrationRequest): Promise<Started>;
  adopt(unit: UnitRef, sites: readonly string[]): Promise<Adoption>;
  decide(unit: string, decision: Decision): Promise<DecisionRecord>;
  /** What the newest run says about itself. */
  status(unit: string): Promise<Status>;
  follow(unit: string, options: { signal: AbortSignal; onUnreachable: (message: string) => void }): AsyncIterable<Status>;
}

/** `journal`: where a decision is recorded that its run rejects. */
export function verbsOver(client: Client, journal: RejectionSink['use']): Verbs {
  return {
    newestRun: (unit) => newestRun(client, unit),
    start: (request) => startMigration(client, request),
    adopt: (unit, sites) => adoptUnit(client, { unit, sites }),
    decide: (unit, decision) => recordedIfRejected(decision, () => decide(client, unit, decision), { use: journal, run: () => newestRunId(client, unit) }),
    status: (unit) => readStatus(client, unit),
    follow: (unit, options) => follow(client, unit, options),
  };
}
