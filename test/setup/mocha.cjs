// Lets Mocha run the unit tests, for `npm run mutation` only. Mocha keeps the loaded files from one change of
// the rules to the next, which takes milliseconds; jest loads them again for each, which takes two seconds.
require("tsx/cjs");
const { readFileSync } = require("node:fs");
const { bind } = require("jest-each");
const { expect } = require("expect");

// A few random Pods, the same for each change; of every kind that the test asks for.
process.env.GMSA_FUZZ_SEED ??= "2";
process.env.GMSA_FUZZ_RUNS ??= "20";

const yaml = require("./yaml-documents.cjs");
require.extensions[".yaml"] = (module, path) =>
  module._compile(yaml.process(readFileSync(path, "utf8")).code, path);

/** Mocha's functions under jest's names. Mocha sets its own only after this file was loaded. */
const later =
  name =>
  (...args) =>
    globalThis[name](...args);
Object.assign(globalThis, {
  expect,
  test: Object.assign(later("it"), { each: bind(later("it")) }),
  beforeAll: later("before"),
  afterAll: later("after"),
});
