import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Entry } from '../domain/record/fact.js';
import type { Decision, DecisionRecord, Status } from '../domain/status.js';

/** What a run says about itself. Works on closed runs too, while their history is kept. */
export const statusQuery = defineQuery<Status>('status');

/**
 * A person's decision. The handler records it and returns; when it takes effect is read from the status. Our own clients send all of it;
 * what another client of Temporal may leave out is told by `readDecision`.
 */
export const decideUpdate = defineUpdate<DecisionRecord, [Decision]>('decide');

/** The same as a signal, for clients that cannot send updates. It has no answer: see `rejections` of the status. */
export const decideSignal = defineSignal<[Decision]>('decide');

/** Entries of the record that the journal did not take yet. Works on closed runs too, while their history is kept. */
export const unrecordedQuery = defineQuery<readonly Entry[]>('unrecorded');
