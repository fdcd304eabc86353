import assert from "node:assert/strict";
import { test } from "vitest";
import { unsupportedNode, unsupportedPlatform } from "../../../src/setup/bootstrap/prerequisites.cjs";

for (const version of ["20.19.0", "20.20.2", "22.12.0", "22.23.1", "23.0.0", "24.9.0", "26.9.0"]) {
  test(`Node ${version} is supported`, () => assert.equal(unsupportedNode(version), undefined));
}

for (const version of ["12.22.12", "18.20.8", "20.18.3", "21.7.3", "22.11.0"]) {
  test(`Node ${version} is rejected, with the version, what is needed and what to do`, () => {
    const message = unsupportedNode(version) ?? "";
    assert.ok(message.includes(`This is Node ${version}`), message);
    assert.match(message, /20\.19 or later/);
    assert.match(message, /To do: install/);
  });
}

test("Linux and macOS are supported, and Windows users are told to use WSL", () => {
  assert.equal(unsupportedPlatform("linux"), undefined);
  assert.equal(unsupportedPlatform("darwin"), undefined);
  assert.match(unsupportedPlatform("win32") ?? "", /WSL/);
});
