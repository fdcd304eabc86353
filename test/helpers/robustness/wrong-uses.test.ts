import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { UsageError, tf } from "../../../src/helpers";
import { releaseUnreachable } from "../../../src/helpers/tf/memory";
import { makeSubjects, type Subjects } from "./subjects";
import { WRONG_USES } from "./wrong-uses";

describe("a wrong use of a helper fails with what was expected, what was found and what to do:", () => {
  let subjects: Subjects;
  beforeAll(async () => {
    await tf.ready();
    subjects = makeSubjects();
  });
  afterAll(() => subjects.dispose());

  for (const [name, use] of Object.entries(WRONG_USES)) {
    test(name, async () => {
      const before = tf.memory().numTensors;
      const failure = await failureOf(() => use(subjects));
      assert.ok(failure instanceof UsageError, `expected a UsageError, found ${describeFailure(failure)}`);
      assert.match(failure.message, /^[^\n]*expected [^]+, found [^]+|was disposed/);
      if (tf.memory().numTensors > before) await releaseUnreachable();
      // Fewer is fine: garbage of an earlier test.
      assert.ok(tf.memory().numTensors <= before, "a tensor was left behind");
    });
  }

  test("the table has at least 120 rows", () => {
    assert.ok(Object.keys(WRONG_USES).length >= 120);
  });
});

async function failureOf(use: () => unknown): Promise<unknown> {
  try {
    await use();
  } catch (error) {
    return error;
  }
  return undefined;
}

function describeFailure(failure: unknown): string {
  return failure instanceof Error ? `${failure.name}: ${failure.message.split("\n")[0]}` : "none";
}
