import { DefaultFailureConverter } from '@temporalio/common';

/** Where payloads are sealed, the messages and stacks of failures become payloads too. Named by its path: the workflow bundle needs it as well. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
