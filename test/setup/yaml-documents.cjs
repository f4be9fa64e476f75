// YAML files that are imported, as tools/build/bundle-cli.ts builds them in.
const { parseAllDocuments } = require("yaml");

module.exports = {
  process(text) {
    const documents = parseAllDocuments(text).map(document => document.toJS());
    return {
      code: `module.exports = { __esModule: true, default: ${JSON.stringify(documents)} };`,
    };
  },
};
