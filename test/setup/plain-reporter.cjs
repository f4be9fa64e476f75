// Jest does not transform reporters, so this file loads the TypeScript one.
const { require: requireTypeScript } = require("tsx/cjs/api");

module.exports = requireTypeScript("./plain-reporter.ts", __filename);
