import { realpathSync } from "node:fs";

import eslintConfigPrettier from "eslint-config-prettier";
import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

// `pepr build` lints the whole tree before it builds, and goes on whatever is found. `npm run lint`
// does that once, in CI; a build is not the place to wait for it. npx names a link to Pepr's program.
const program = process.argv[1];
const lintedByPepr =
  program !== undefined && /pepr[\\/]dist[\\/]cli\.js$/.test(realpathSync(program));

export default tseslint.config(
  { ignores: lintedByPepr ? ["*/"] : [] },
  { ignores: ["dist/", "node_modules/", "coverage/", "**/*.cjs", "**/*.config.mjs", ".*.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ["**/*.ts"],
    languageOptions: {
      parserOptions: { project: "./tsconfig.test.json", tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      complexity: ["error", 10],
      "max-params": ["error", 4],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "no-console": "off",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/explicit-function-return-type": [
        "error",
        { allowExpressions: true, allowTypedFunctionExpressions: true },
      ],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // The Kubernetes client's models are classes, and meant to be given as plain objects.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // Its packages are its own, and not there for the types of each rule: test/components/site.test.ts
    // compiles it.
    files: ["site/**/*.ts", "site/**/*.mts"],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { parserOptions: { project: null } },
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      "@typescript-eslint/no-floating-promises": "off",
    },
  },
  {
    files: ["test/**/*.test.ts"],
    ...jest.configs["flat/recommended"],
    rules: {
      ...jest.configs["flat/recommended"].rules,
      "jest/no-focused-tests": "error",
      "jest/no-disabled-tests": "error",
      "jest/expect-expect": "error",
      "jest/no-standalone-expect": [
        "error",
        { additionalTestBlockFunctions: ["contract", "testWorkload"] },
      ],
    },
  },
  eslintConfigPrettier,
);
