/**
 * Five projects. Without a lab: `fast` ends within a minute, `stories` tells whole runs in the workflow sandbox and what else takes its
 * time, `sweep` puts a fault at every call. `lab` tries the drivers on real parts in one lab; `migration` moves the sample application,
 * each test in a fresh lab. The last two run one file at a time.
 */
const shared = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/harness/setup.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' }],
  },
};

/** What takes longer than a moment; of the stories, the one that tells what the product is for stays in the fast part. */
const slow = /\/test\/(workflows\/(?!planned-migration\.test)|golden\/|api\/(generated|events|openapi)\.test|orders\/client\.test|cli\/record\.test|drivers\/journal\/)/.source;

export default {
  // Jest leaves one core free by default; on two cores that is half of them.
  maxWorkers: '100%',
  projects: [
    { ...shared, displayName: 'fast', testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['<rootDir>/test/(lab|sweep|migration)/', slow] },
    { ...shared, displayName: 'stories', testRegex: `${slow}.*(?<=\\.test)\\.ts$` },
    { ...shared, displayName: 'sweep', testMatch: ['<rootDir>/test/sweep/**/*.test.ts'] },
    { ...shared, displayName: 'lab', testMatch: ['<rootDir>/test/lab/**/*.test.ts'], globalSetup: '<rootDir>/test/harness/lab-up.mjs', globalTeardown: '<rootDir>/test/harness/lab-down.mjs' },
    { ...shared, displayName: 'migration', testMatch: ['<rootDir>/test/migration/**/*.test.ts'] },
  ],
};
