/**
 * Four projects: `fast` needs no lab and ends within a minute; `sweep` puts a fault at every call; `lab` tries the drivers on real parts
 * in one lab; `migration` moves the sample application, each test in a fresh lab. The last two run one file at a time.
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

export default {
  // Jest leaves one core free by default; on two cores that is half of them.
  maxWorkers: '100%',
  projects: [
    { ...shared, displayName: 'fast', testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['<rootDir>/test/lab/', '<rootDir>/test/sweep/', '<rootDir>/test/migration/'] },
    { ...shared, displayName: 'sweep', testMatch: ['<rootDir>/test/sweep/**/*.test.ts'] },
    { ...shared, displayName: 'lab', testMatch: ['<rootDir>/test/lab/**/*.test.ts'], globalSetup: '<rootDir>/test/harness/lab-up.mjs', globalTeardown: '<rootDir>/test/harness/lab-down.mjs' },
    { ...shared, displayName: 'migration', testMatch: ['<rootDir>/test/migration/**/*.test.ts'] },
  ],
};
