// What Jest's own environment costs over two hundred files, and need not:
//
// - Jest compiles each module again for each test file. Here V8 compiles it once in a worker; each file
//   still runs it for itself.
// - Jest makes an AsyncLocalStorage for each file and never ends it. Node tells every one of them of every
//   promise, and all modules of that file stay in memory.
const { AsyncLocalStorage } = require("node:async_hooks");
const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");

const { compileFunction } = vm;
const compiled = new Map();

function scriptOf(code, params, filename) {
  const known = compiled.get(filename);
  if (known?.code === code) return known.script;
  const start = `(function (${params.join(", ")}) {`;
  // Positions in stack traces stay those of the code.
  const script = new vm.Script(`${start}${code}\n})`, { filename, columnOffset: -start.length });
  compiled.set(filename, { code, script });
  return script;
}

vm.compileFunction = (code, params, options) => {
  const { filename, parsingContext } = options ?? {};
  if (filename === undefined || parsingContext === undefined) {
    return compileFunction(code, params, options);
  }
  return scriptOf(code, params, filename).runInContext(parsingContext);
};

const { run } = AsyncLocalStorage.prototype;
const used = new Set();
AsyncLocalStorage.prototype.run = function (...args) {
  used.add(this);
  return run.apply(this, args);
};

module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of used) storage.disable();
    used.clear();
  }
};
