import assert from "node:assert/strict";
import path from "node:path";
import { test } from "vitest";
import { listNotebooks } from "../../src/shared/series";
import { soak } from "../runner/soak";

/* The short form of `npm run soak`. */
test("random cells run, with interrupts and restarts", { timeout: 300_000 }, async () => {
  const quick = listNotebooks().filter((file) => /^0[23]-/.test(path.basename(file)));
  const events = await soak(40, 11, quick);
  assert.deepEqual(
    events.filter(({ event }) => event === "failure"),
    [],
  );
  const end = events.at(-1);
  assert.ok(end?.event === "end" && end.cells === 40, JSON.stringify(end));
  assert.ok(end.interrupts > 0 && end.restarts > 0, JSON.stringify(end));
});
