import { realpathSync } from "node:fs";

import eslintConfigPrettier from "eslint-config-prettier";
import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

// `pepr build` lints the whole tree before it builds, and continues whatever it finds. `npm run lint`
// does that once, in CI, so a build need not wait for it. argv[1] is resolved, because npx runs a link
// to Pepr's program.
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
      // The models of the Kubernetes client are classes, but plain objects are meant to be assigned to
      // them.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // The site has its own packages, whose types are not installed here. test/components/site.test.ts
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
