// Jest loads a reporter as it is, without its transforms.
const { require: requireTypeScript } = require("tsx/cjs/api");

module.exports = requireTypeScript("./plain-reporter.ts", __filename);
