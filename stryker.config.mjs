// `npm run mutation`: changes the rules in every small way, and sees whether a unit test notices.
// docs/contributing/testing.md has what is known of the score.
export default {
  mutate: ["rules/**/*.ts"],
  testRunner: "jest",
  jest: { projectType: "custom", configFile: "test/setup/rules.config.mjs" },
  coverageAnalysis: "perTest",
  // A constant is made once, when its file is loaded: each would take a run of all tests.
  ignoreStatic: true,
  tempDirName: "dist/mutation",
  ignorePatterns: ["dist", "coverage", "docs"],
  reporters: ["clear-text", "progress-append-only", "json"],
  jsonReporter: { fileName: "dist/mutation.json" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 92, break: 90 },
};
