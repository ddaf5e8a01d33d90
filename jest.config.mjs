/** Three projects: `fast` needs no lab and ends within a minute; `sweep` puts a fault at every call; `lab` starts the real parts, one file at a time. */
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
  projects: [
    { ...shared, displayName: 'fast', testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['<rootDir>/test/lab/', '<rootDir>/test/sweep/'] },
    { ...shared, displayName: 'sweep', testMatch: ['<rootDir>/test/sweep/**/*.test.ts'] },
    { ...shared, displayName: 'lab', testMatch: ['<rootDir>/test/lab/**/*.test.ts'] },
  ],
};
