import type { Logger } from '@temporalio/common';

/** Failing activities are the point of these tests; their warnings would hide the test's own words. */
export const quietLogger: Logger = { log: () => {}, trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
