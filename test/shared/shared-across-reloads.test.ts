import assert from "node:assert/strict";
import { test } from "vitest";
import { sharedAcrossReloads } from "../../src/shared/shared-across-reloads";

test("a shared value is made once and survives a reload of its module", () => {
  const first = sharedAcrossReloads("test-value", () => ({ count: 1 }));
  first.count++;
  const file = require.resolve("../../src/shared/shared-across-reloads");
  delete require.cache[file];
  const reloaded = require(file) as { sharedAcrossReloads: typeof sharedAcrossReloads };
  assert.notEqual(reloaded.sharedAcrossReloads, sharedAcrossReloads);
  const second = reloaded.sharedAcrossReloads("test-value", () => ({ count: 10 }));
  assert.equal(second, first);
  assert.equal(second.count, 2);
  assert.notEqual(
    sharedAcrossReloads("another-test-value", () => ({ count: 0 })),
    first,
  );
});
