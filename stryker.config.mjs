// `npm run mutation`: makes small changes to the rules, and checks whether a unit test fails.
// docs/contributing/testing.md explains the score.
export default {
  mutate: ["rules/**/*.ts"],
  // Mocha keeps the loaded files from one change to the next, and jest does not: milliseconds instead of
  // seconds a change.
  testRunner: "mocha",
  mochaOptions: {
    config: "test/setup/mocharc.json",
  },
  coverageAnalysis: "perTest",
  // A constant is evaluated once, when its file is loaded, so each change of one would need new processes.
  ignoreStatic: true,
  tempDirName: "dist/mutation",
  ignorePatterns: ["dist", "coverage", "site"],
  reporters: ["clear-text", "progress-append-only", "json"],
  jsonReporter: { fileName: "dist/mutation.json" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 92, break: 90 },
};
