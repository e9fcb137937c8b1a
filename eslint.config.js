import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { importDirection } from "./packages/testing/lint/import-direction.js";

export default defineConfig([
  // Fixtures are programs to be judged, faults included.
  globalIgnores(["**/dist/", "coverage/", "fixtures/"]),

  js.configs.recommended,
  tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always"],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // TypeScript finds undefined names, and it knows what Node defines.
      "no-undef": "off",
    },
  },
  {
    files: ["packages/*/src/**/*.ts"],
    // Folders named "testing" hold what only tests use.
    ignores: ["**/*.test.ts", "packages/*/src/**/testing/**"],
    plugins: { house: { rules: { "import-direction": importDirection } } },
    rules: { "house/import-direction": "error" },
  },
  {
    files: ["packages/core/src/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-globals": [
        "error",
        { name: "process", message: "The engine has no environment: a shell hands it what it needs." },
        {
          name: "performance",
          message: "The engine reads no clock, so that the same input gives the same bytes.",
        },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.object.name='Date'][callee.property.name='now'], CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message:
            "The engine reads no clock and throws no dice, so that the same input gives the same bytes.",
        },
      ],
    },
  },
]);
