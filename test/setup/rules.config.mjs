// Only the unit tests of the rules, which `npm run mutation` runs for each mutant.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import config from "../../jest.config.mjs";

const rootDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [unit] = config.projects;

export default {
  ...unit,
  rootDir,
  testMatch: ["<rootDir>/test/unit/rules/**/*.test.ts"],
  testPathIgnorePatterns: ["random-pods"],
};
