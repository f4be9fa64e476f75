// Imports YAML files in the same way as tools/build/bundle-cli.ts embeds them.
const { parseAllDocuments } = require("yaml");

module.exports = {
  process(text) {
    const documents = parseAllDocuments(text).map(document => document.toJS());
    return {
      code: `module.exports = { __esModule: true, default: ${JSON.stringify(documents)} };`,
    };
  },
};
