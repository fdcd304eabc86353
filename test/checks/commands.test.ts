import assert from "node:assert/strict";
import { test } from "vitest";
import { resultOf, startCommand } from "../setup/processes";

for (const command of ["lint", "typecheck", "docs"]) {
  test(`npm run ${command} finds nothing`, async () => {
    const { code, stdout, stderr } = await resultOf(startCommand(["src/cli/bootstrap.cjs", command]));
    assert.equal(code, 0, stdout + stderr);
  });
}
