/** @jest-config-loader ts-node */
/** @jest-config-loader-options {"transpileOnly": true} */
import type { Config } from 'jest';

const nodeFlags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
if (!nodeFlags.includes('--experimental-vm-modules')) {
  throw new Error('Jest runs these ES modules only with a flag of Node: use "npm test" or "npm test -- <jest arguments>".');
}

/** What all projects share: ESM, the same decorators as tsc, the same import lines as users write. */
const shared: Config = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // JavaScript first: a relative './x.js' inside node_modules stays what it is, in the sources only './x.ts' exists.
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  moduleNameMapper: {
    '^nestjs-(realtime|realtime-client|realtime-protocol)$': '<rootDir>/libs/$1/src/index.ts',
    '^nestjs-(realtime|realtime-client|realtime-protocol)/(.+)$': '<rootDir>/libs/$1/src/$2/index.ts',
    '^@willsoto/nestjs-prometheus$': '<rootDir>/test/support/nestjs-prometheus.ts',
    '^@nestjs/throttler$': '<rootDir>/test/support/nestjs-throttler.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
};

/** With React 18 in the place of React 19, also for what React itself imports. */
const react18: Config = {
  ...shared,
  moduleNameMapper: { '^(react|react-dom)(/.+)?$': '<rootDir>/node_modules/$1-18$2', ...shared.moduleNameMapper },
};

/** Tests that need the machine for themselves (npm, Chromium, 100,000 frames, half a minute of churn, nodes that are killed): `npm test` runs them one after another, at the end. */
const ALONE = ['packaging', 'browser', 'property', 'endurance', 'faults'];

const config: Config = {
  testTimeout: 20_000,
  maxWorkers: 2,
  // Jest keeps the modules of every ES test file. Half of the integration tests leave a heap of 1.2 GB; the process emits `exit` 2 to 10 ms after it is told to end, with no
  // handle but its pipes, and then takes so long to give the heap back that Jest warns of a leak. Smaller ones end in time.
  workerIdleMemoryLimit: '700MB',
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/libs/**/*.spec.ts', '<rootDir>/apps/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...ALONE.map((folder) => `<rootDir>/test/${folder}/`)],
    },
    { ...react18, displayName: 'react-18', testMatch: ['<rootDir>/test/client/react.spec.ts'] },
    { ...shared, displayName: 'alone', testMatch: ALONE.map((folder) => `<rootDir>/test/${folder}/**/*.spec.ts`) },
  ],
};

export default config;
