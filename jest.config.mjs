// Five levels, each a project of its own: rules alone, the rendered YAML, the built controller over
// HTTPS, everything on a real kube-apiserver, and the shipped Deployment on a real node.
const common = {
  testEnvironment: "node",
  setupFiles: ["<rootDir>/test/setup/quiet-log.ts"],
  transform: {
    "\\.yaml$": "<rootDir>/test/setup/yaml-documents.cjs",
    "^.+\\.[cm]?[tj]s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // These packages ship ECMAScript modules only, which jest does not load as they are.
  transformIgnorePatterns: [
    "/node_modules/(?!(@kubernetes/client-node|kubernetes-fluent-client|openid-client|oauth4webapi|jose|pepr/src|fast-string-width|fast-string-truncated-width)/)",
  ],
  moduleNameMapper: { "^pepr/dist/lib/(.*)$": "<rootDir>/node_modules/pepr/src/lib/$1.ts" },
};

export default {
  // Starting a real API server takes seconds, building one the first time minutes.
  testTimeout: 60_000,
  projects: [
    { ...common, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    { ...common, displayName: "manifests", testMatch: ["<rootDir>/test/manifests/**/*.test.ts"] },
    { ...common, displayName: "process", testMatch: ["<rootDir>/test/process/**/*.test.ts"] },
    {
      ...common,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
      globalSetup: "<rootDir>/test/setup/shared-bed.ts",
      globalTeardown: "<rootDir>/test/setup/stop-shared-bed.ts",
    },
    {
      ...common,
      displayName: "node",
      testMatch: ["<rootDir>/test/node/**/*.test.ts"],
      globalSetup: "<rootDir>/test/setup/shared-node.ts",
      globalTeardown: "<rootDir>/test/setup/stop-shared-node.ts",
    },
  ],
};
