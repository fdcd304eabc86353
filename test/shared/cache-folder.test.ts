import assert from "node:assert/strict";
import os from "node:os";
import { test } from "vitest";
import { userCache } from "../../src/shared/cache-folder.cjs";

function cacheWith(value: string | undefined): string {
  const before = process.env.XDG_CACHE_HOME;
  if (value === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = value;
  try {
    return userCache();
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
}

test("the cache is in XDG_CACHE_HOME if that is absolute, and in the home directory otherwise", () => {
  assert.ok(cacheWith("/somewhere/else").startsWith("/somewhere/else/"));
  assert.ok(cacheWith(undefined).startsWith(os.homedir()));
  assert.equal(cacheWith("relative/path"), cacheWith(undefined));
});
