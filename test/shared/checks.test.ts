import assert from "node:assert/strict";
import { test } from "vitest";
import { checkClassNumbers, checkWholeNumber, isWholeNumber } from "../../src/shared/checks";

test("whole numbers in range pass, and are returned", () => {
  for (const value of [1, 2, 60_000]) assert.equal(checkWholeNumber("epochs", value, 1), value);
  assert.equal(checkWholeNumber("digits", 20, 0, 20), 20);
});

test("anything else is rejected, with what was expected and what was found", () => {
  for (const value of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => checkWholeNumber("epochs", value, 1), {
      message: `epochs: expected a whole number of at least 1, found ${value}.`,
    });
  }
  assert.throws(() => checkWholeNumber("digits", 21, 0, 20), {
    message: "digits: expected a whole number from 0 to 20, found 21.",
  });
  assert.ok(!isWholeNumber("3", 0));
  assert.ok(!isWholeNumber(undefined, 0));
});

test("the largest class number is returned, and the first number that isn't a class is rejected with its index", () => {
  assert.equal(checkClassNumbers("labels", new Uint8Array([3, 0, 9])), 9);
  assert.equal(checkClassNumbers("labels", []), -1);
  assert.throws(() => checkClassNumbers("labels", [0, 9, 10], 10), {
    message: "labels: expected class numbers (whole numbers from 0 to 9), found 10 at index 2.",
  });
  assert.throws(() => checkClassNumbers("labels", [0.5]), {
    message: "labels: expected class numbers (whole numbers of at least 0), found 0.5 at index 0.",
  });
});
