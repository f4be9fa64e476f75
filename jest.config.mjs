// Three levels, each a project of its own: rules alone, the built controller over HTTPS,
// and everything on a real kube-apiserver.
const common = {
  testEnvironment: "node",
  setupFiles: ["<rootDir>/test/setup/quiet-log.ts"],
  transform: {
    "^.+\\.[cm]?[tj]s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // These packages ship ECMAScript modules only, which jest does not load as they are.
  transformIgnorePatterns: [
    "/node_modules/(?!(@kubernetes/client-node|kubernetes-fluent-client|openid-client|oauth4webapi|jose|pepr/src)/)",
  ],
  moduleNameMapper: { "^pepr/dist/lib/(.*)$": "<rootDir>/node_modules/pepr/src/lib/$1.ts" },
};

export default {
  projects: [
    { ...common, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    { ...common, displayName: "process", testMatch: ["<rootDir>/test/process/**/*.test.ts"] },
    { ...common, displayName: "e2e", testMatch: ["<rootDir>/test/e2e/**/*.test.ts"] },
  ],
};
