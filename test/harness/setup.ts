import { jest } from '@jest/globals';

// The first story of a file bundles the workflows, which takes seconds on a busy machine.
jest.setTimeout(60_000);
