import assert from "node:assert/strict";
import { test } from "vitest";
import { SetupError } from "../../../src/setup/bootstrap/errors.cjs";
import { startArguments } from "../../../src/setup/bootstrap/start-arguments.cjs";

test("port, notebook and browser are read from the arguments", () => {
  assert.deepEqual(startArguments([], {}), { port: undefined, notebook: undefined, browser: true });
  assert.deepEqual(startArguments(["--port", "9000", "--no-browser", "4"], {}), {
    port: 9000,
    notebook: "4",
    browser: false,
  });
});

test("an option that npm kept for itself is refused with the right command", () => {
  for (const environment of [{ npm_config_port: "9000" }, { npm_config_browser: "" }]) {
    assert.throws(
      () => startArguments([], { npm_lifecycle_event: "start", ...environment }),
      (error) =>
        error instanceof SetupError && /npm kept the option --/.test(error.what) && /npm start --/.test(error.remedy),
    );
  }
});
