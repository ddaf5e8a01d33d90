/** What every changing or waiting call of a port is given by the activity around it. */
export interface Work {
  /** Throws `OwnershipLost` when the run no longer holds the unit or a later attempt took the step. Call it before each change. */
  guard(): Promise<void>;
  /** One line for people and the heartbeat: what is being done or waited for. */
  report(message: string): void;
  /** Aborted on cancellation, on lost heartbeats and on worker shutdown. Every wait obeys it. */
  readonly signal: AbortSignal;
}
