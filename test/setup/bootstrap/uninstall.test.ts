import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { makeCheckout, temporaryFolder } from "../checkout";
import { resultOf, startCommand } from "../processes";

test("npm run uninstall removes caches, environments and packages, and says so; notebooks stay", async () => {
  const checkout = makeCheckout();
  const cache = temporaryFolder();
  const removed = [
    path.join(cache, "typescript-cnn-workbook"),
    ...[".venv", "build", "node_modules"].map((name) => path.join(checkout, name)),
  ];
  const notebook = path.join(checkout, "notebooks", "mine.ipynb");
  for (const folder of [...removed, path.dirname(notebook)]) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(notebook, "{}");
  fs.writeFileSync(path.join(removed[0], "library"), Buffer.alloc(3_000_000));
  const uninstall = () =>
    resultOf(
      startCommand([path.join("src", "cli", "bootstrap.cjs"), "uninstall"], {
        cwd: checkout,
        env: { XDG_CACHE_HOME: cache },
      }),
    );
  const { code, stdout, stderr } = await uninstall();
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    removed.filter((folder) => fs.existsSync(folder)),
    [],
  );
  assert.ok(fs.existsSync(notebook));
  for (const folder of removed) assert.match(stdout, new RegExp(`Removed ${folder} `));
  assert.match(stdout, /typescript-cnn-workbook \(3 MB\)/);
  // It can run without packages, and once more.
  assert.match((await uninstall()).stdout, /nothing to remove/);
});
