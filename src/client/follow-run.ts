import type { Client } from '@temporalio/client';
import { unitOfWorkflow } from '../domain/names.js';
import { followFeed, type FollowOptions, type Seen } from './follow.js';
import { runFeed } from './run-feed.js';
import { newestRun, type RunRow } from './runs.js';

/** Follows one run to its end, also where it went on as another procedure; never the unit's next run. */
export function followOne(client: Client, { run, temporalRunId, workflowId }: RunRow, options: FollowOptions): AsyncGenerator<Seen> {
  const unit = unitOfWorkflow(workflowId);
  let followed: string | null = null;
  const find = async (): Promise<string> => {
    if (followed === null) followed = temporalRunId;
    else {
      const newest = await newestRun(client, unit);
      if (newest?.run === run) followed = newest.temporalRunId;
    }
    return followed;
  };
  return followFeed({ ...runFeed(client, unit), find }, options);
}
