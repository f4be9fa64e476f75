// @kubernetes/client-node consists of more than a thousand small modules, and each test file loads
// its own copy. This transform turns its entry into one bundle of the whole package, which loads in
// a tenth of the time.
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { buildSync, version: esbuild } = require("esbuild");
const { version } = require("@kubernetes/client-node/package.json");

module.exports = {
  getCacheKey: (_text, entry) =>
    createHash("sha256")
      .update([entry, version, esbuild, readFileSync(__filename, "utf8")].join("\n"))
      .digest("hex"),

  process(_text, entry) {
    const { outputFiles } = buildSync({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: "cjs",
      platform: "node",
      packages: "external",
      // kubernetes-fluent-client looks up kinds by class name.
      keepNames: true,
      minifySyntax: true,
      minifyWhitespace: true,
    });
    return { code: outputFiles[0].text };
  },
};
