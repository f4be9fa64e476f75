// `npm run mutation`: makes small changes to the rules, and checks whether a unit test fails.
// docs/contributing/testing.md explains the score.
export default {
  mutate: ["rules/**/*.ts"],
  testRunner: "jest",
  jest: { projectType: "custom", configFile: "test/setup/rules.config.mjs" },
  coverageAnalysis: "perTest",
  // A constant is evaluated once, when its file is loaded, so each mutant of one would need a run of all
  // tests.
  ignoreStatic: true,
  tempDirName: "dist/mutation",
  ignorePatterns: ["dist", "coverage", "docs"],
  reporters: ["clear-text", "progress-append-only", "json"],
  jsonReporter: { fileName: "dist/mutation.json" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 92, break: 90 },
};
