/** The operator's verbs, for programs: what the command line does, over Temporal. */
export { connect } from './connect.js';
export { decide } from './decide.js';
export { follow, type FollowOptions, type Seen } from './follow.js';
export { StatusHub } from './hub.js';
export { readNow, type Now, type PendingCall } from './now.js';
export { renderReport, type ReportFormat } from './report/index.js';
export { listPastRuns, readRecord, verifyRecord, type RunRecord, type Verdict } from './record.js';
export { assessRun, recoverRun } from './recover.js';
export { newRunId } from './run-id.js';
export { adoptUnit, preflight, startMigration, type Started } from './start.js';
export { historyEvents, listRuns, readStatus, type RunSummary } from './status.js';
export type { Assessment, RecoverRequest } from '../domain/recovery.js';
export type { MigrationRequest, RunOptions } from '../domain/request.js';
export type { Decision, DecisionRecord, Status } from '../domain/status.js';
export type { PastRun } from '../domain/record/past-run.js';
