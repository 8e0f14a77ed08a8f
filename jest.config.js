/**
 * Jest runs TypeScript through swc to CommonJS, without Node's experimental module flag (about three
 * times faster here). Packages that exist as ES modules only are compiled with our own code.
 */
const esmOnly = [
  '@seriousme',
  'jose',
  'uqr',
  'mingo',
  'bson',
  '@sparticuz/chromium',
  'agenda',
  '@marcbachmann',
  '@agendajs',
];

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: [
    '<rootDir>/runtime',
    '<rootDir>/nodes',
    '<rootDir>/templates',
    '<rootDir>/server',
    '<rootDir>/editor',
    '<rootDir>/test',
  ],
  testMatch: ['**/*.test.ts'],
  transform: {
    '\\.[jt]sx?$|\\.mjs$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript', tsx: false }, keepClassNames: true },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  testSequencer: '<rootDir>/test/slow-first.js',
  globalSetup: '<rootDir>/test/database/global-setup.ts',
  globalTeardown: '<rootDir>/test/database/global-teardown.ts',
  testTimeout: 20_000,
  maxWorkers: 2,
};
