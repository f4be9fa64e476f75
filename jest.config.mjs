import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Each of the six levels is a project: the rules, the rendered YAML, the built controller over HTTPS,
// everything on a real kube-apiserver, tests that need programs of other projects, and the shipped
// Deployment on a real node. test/run.ts runs them one after the other.
const common = {
  testEnvironment: "<rootDir>/test/setup/node-environment.cjs",
  setupFiles: ["<rootDir>/test/setup/plain-log.ts"],
  transform: {
    "/@kubernetes/client-node/dist/index\\.js$": "<rootDir>/test/setup/one-module.cjs",
    "\\.yaml$": "<rootDir>/test/setup/yaml-documents.cjs",
    "^.+\\.[cm]?[tj]s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // These packages ship ECMAScript modules only, which jest cannot load untransformed.
  transformIgnorePatterns: [
    "/node_modules/(?!(@kubernetes/client-node|kubernetes-fluent-client|openid-client|oauth4webapi|jose|pepr/src|fast-string-width|fast-string-truncated-width|github-slugger)/)",
  ],
  moduleNameMapper: { "^pepr/dist/lib/(.*)$": "<rootDir>/node_modules/pepr/src/lib/$1.ts" },
};

const level = (displayName, more = {}) => ({
  ...common,
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  ...more,
});

/**
 * Files that use the shared cluster. They change its webhooks, count its calls, and have credential
 * specs of the same names. So they run one after the other, alongside the files with a cluster of their
 * own.
 */
const E2E = join(import.meta.dirname, "test/e2e");
const isOnSharedBed = file => readFileSync(join(E2E, file), "utf8").includes("attachBed()");
const e2eFiles = readdirSync(E2E).filter(file => file.endsWith(".test.ts"));
const e2eMatch = files => files.map(file => `<rootDir>/test/e2e/${file}`);

export default {
  // Starting a real API server takes seconds, and building one the first time takes minutes.
  testTimeout: 60_000,
  reporters: ["<rootDir>/test/setup/plain-reporter.cjs"],
  // `npm run test:unit -- --coverage`: the unit tests must cover the rules.
  collectCoverageFrom: ["rules/**/*.ts"],
  coverageReporters: ["text"],
  coverageThreshold: { global: { lines: 98, branches: 98 } },
  projects: [
    level("unit"),
    level("manifests"),
    level("process"),
    level("e2e", { testMatch: e2eMatch(e2eFiles.filter(file => !isOnSharedBed(file))) }),
    level("e2e-shared", {
      testMatch: e2eMatch(e2eFiles.filter(isOnSharedBed)),
      globalSetup: "<rootDir>/test/setup/shared-bed.ts",
      globalTeardown: "<rootDir>/test/setup/stop-shared-bed.ts",
    }),
    level("components"),
    level("node", {
      globalSetup: "<rootDir>/test/setup/shared-node.ts",
      globalTeardown: "<rootDir>/test/setup/stop-shared-node.ts",
    }),
  ],
};
