import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, test } from "vitest";
import { ROOT } from "../../src/shared/paths";

describe("the order of the folders", () => {
  // Paths need no types, which take half a minute.
  const eslint = new ESLint({ cwd: ROOT, overrideConfig: [tseslint.configs.disableTypeChecked] });
  /** The rules about paths that an import in a file breaks. */
  const broken = async (file: string, specifier: string): Promise<(string | null)[]> => {
    const text = `import * as imported from "${specifier}";\nconsole.log(imported);\n`;
    const [{ messages }] = await eslint.lintText(text, { filePath: path.join(ROOT, file) });
    return messages.map(({ ruleId }) => ruleId).filter((rule) => /no-restricted-(paths|imports)/.test(String(rule)));
  };

  test.each([
    ["src/helpers/training/fit.ts", "../dataset/batches"],
    ["src/kernel/session/errors.ts", "../../shared/excerpt"],
    ["test/helpers/import.test.ts", "../../src/helpers"],
    ["src/shared/paths.ts", "node:fs"],
  ])("%s may import %s, which is below it", async (file, specifier) => {
    assert.deepEqual(await broken(file, specifier), []);
  });

  test.each([
    ["src/helpers/dataset/batches.ts", "../training/fit"],
    ["src/helpers/render/png.ts", "../show"],
    ["src/shared/paths.ts", "../setup"],
    ["src/kernel/main.ts", "../helpers/display"],
    ["src/helpers/show/show.ts", "../../kernel/protocol"],
    ["src/helpers/show/show.ts", "../../../test/helpers/reference"],
  ])("%s may not import %s", async (file, specifier) => {
    assert.deepEqual(await broken(file, specifier), ["import-x/no-restricted-paths"]);
  });

  test("names every folder, and none that isn't there", async () => {
    const config = path.join(ROOT, "eslint.config.mjs");
    const { LAYERS } = (await import(config)) as { LAYERS: string[] };
    assert.deepEqual(
      LAYERS.filter((layer) => !fs.existsSync(path.join(ROOT, layer))),
      [],
    );
    const folders = ["src", "src/kernel", "src/helpers", "src/setup"].flatMap((parent) =>
      fs
        .readdirSync(path.join(ROOT, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${parent}/${name}`),
    );
    const isListed = (folder: string) => LAYERS.some((layer) => layer === folder || layer.startsWith(`${folder}/`));
    assert.deepEqual(
      folders.filter((folder) => !isListed(folder)),
      [],
    );
  });

  test("src/shared may not import packages", async () => {
    assert.deepEqual(await broken("src/shared/paths.ts", "arquero"), ["no-restricted-imports"]);
  });
});
