import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Decision, DecisionRecord, Status } from '../domain/status.js';

/** What a run says about itself. Works on closed runs too, while their history is kept. */
export const statusQuery = defineQuery<Status>('status');

/** A person's decision. The handler records it and returns; when it takes effect is read from the status. */
export const decideUpdate = defineUpdate<DecisionRecord, [Decision]>('decide');
