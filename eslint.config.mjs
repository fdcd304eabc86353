// @ts-check
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/**
 * The layers, from the top down: the one place that says in which order the folders stand. A folder may import from
 * those below it, never from those above.
 */
export const LAYERS = [
  "src/cli",
  "test",
  "benchmarks",
  "src/checks",
  "src/notebooks",

  "src/setup/index.ts",
  "src/setup/update",
  "src/setup/doctor",
  "src/setup/jupyter",
  "src/setup/tensorflow",
  "src/setup/python",
  "src/setup/bootstrap",

  "src/kernel/package",
  "src/kernel/main.ts",
  "src/kernel/session",
  "src/kernel/wire",
  "src/kernel/debugger",
  "src/kernel/compiler",
  "src/kernel/kernelspec.ts",
  "src/kernel/rpc.ts",
  "src/kernel/protocol.ts",
  "src/kernel/log.ts",

  "src/helpers/index.ts",
  "src/helpers/workbook",
  "src/helpers/training",
  "src/helpers/experiments",
  "src/helpers/widgets",
  "src/helpers/show",
  "src/helpers/explorers",
  "src/helpers/convolution",
  "src/helpers/tables",
  "src/helpers/pictures",
  "src/helpers/plots",
  "src/helpers/render",
  "src/helpers/display",
  "src/helpers/saving",
  "src/helpers/keras-names",
  "src/helpers/optimizers",
  "src/helpers/compiled",
  "src/helpers/metrics",
  "src/helpers/history",
  "src/helpers/model",
  "src/helpers/dataset",
  "src/helpers/preprocess",
  "src/helpers/mnist",
  "src/helpers/tf",

  "src/shared",
];

/** Folders that don't know each other although one stands above the other: they meet through global symbols. */
const STRANGERS = [
  ["src/kernel", "src/helpers"],
  ["src/kernel", "src/setup"],
  ["src/kernel", "src/notebooks"],
];

const zones = [
  ...LAYERS.slice(1).map((target, index) => ({
    target: `./${target}`,
    from: LAYERS.slice(0, index + 1).map((higher) => `./${higher}`),
    message: `${target} stands below it in the order of the folders (eslint.config.mjs).`,
  })),
  ...STRANGERS.map(([target, from]) => ({
    target: `./${target}`,
    from: `./${from}`,
    message: `${target} and ${from} don't import each other (eslint.config.mjs).`,
  })),
];

export default defineConfig(
  { ignores: ["build/*", "!build/lint/", ".venv/", "data/cache/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".cjs", ".js", ".json"] })],
    },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-regex-spaces": "off",
      // Errors for readers carry the reason in their own sentence.
      "preserve-caught-error": "off",
      "require-yield": "off",
      // What Prettier can't break: comments and strings.
      "max-len": ["error", { code: 120, ignoreUrls: true }],
      "import-x/no-duplicates": ["error", { "prefer-inline": true }],
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "import-x/order": [
        "error",
        {
          groups: ["builtin", "external", "parent", "sibling", "index"],
          "newlines-between": "never",
          alphabetize: { order: "asc", caseInsensitive: true },
        },
      ],
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      // Both at odds with libraries whose types are older than the code.
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      // A module that loads only when it is needed is loaded by `require`.
      "@typescript-eslint/no-require-imports": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Libraries' methods are replaced and restored by name, and destructured where they use no `this`.
      "@typescript-eslint/unbound-method": "off",
      // An awaited value may reject with anything; the kernel passes it on.
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true }],
      // An `async` method without `await` fulfils an interface, and turns an exception into a rejection.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowArray: true, allowNever: true, allowNumber: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // Tests read JSON and poke at what is private.
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: Object.fromEntries(
        [
          "require",
          "module",
          "__dirname",
          "__filename",
          "process",
          "console",
          "setTimeout",
          "setInterval",
          "clearInterval",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    // Notebooks' cells, each notebook as one module (src/checks/lint.ts): what one cell declares is for the reader or
    // a later cell, and each cell imports what it needs.
    files: ["build/lint/**"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-unused-vars": "off",
      "import-x/no-duplicates": "off",
      "import-x/order": "off",
      "no-useless-assignment": "off",
    },
  },
  {
    files: ["src/shared/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(?!node:|\\.|write-file-atomic$)",
              message: "src/shared depends on Node and write-file-atomic alone.",
            },
          ],
        },
      ],
    },
  },
);
