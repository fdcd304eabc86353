import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { randomNumbers, shuffledOrder } from "../../../src/helpers/dataset/order";

const inOrder = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("shuffledOrder", () => {
  test("is a permutation, and no element comes earlier than the buffer allows", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 250 }), fc.nat(), (count, bufferSize, seed) => {
        const order = [...shuffledOrder(count, bufferSize, randomNumbers(seed))];
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          inOrder(count),
        );
        // When position p is filled, elements up to p + bufferSize - 1 have entered the buffer.
        order.forEach((element, position) => assert.ok(element < position + bufferSize, `${element} at ${position}`));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test("keeps the order with a buffer of one", () => {
    assert.deepEqual([...shuffledOrder(50, 1, randomNumbers(1))], inOrder(50));
  });

  test("keeps elements close with a small buffer, and scatters them with a full one", () => {
    const meanDistance = (bufferSize: number) =>
      shuffledOrder(10_000, bufferSize, randomNumbers(3)).reduce(
        (sum, element, position) => sum + Math.abs(element - position),
        0,
      ) / 10_000;
    assert.ok(meanDistance(100) < 150, `${meanDistance(100)}`);
    // Two random places among n are n/3 apart on average.
    assert.ok(Math.abs(meanDistance(10_000) - 3333) < 200, `${meanDistance(10_000)}`);
  });

  test("makes every order of three equally likely with a full buffer (chi-square)", () => {
    const random = randomNumbers(20220927);
    const draws = 12_000;
    const seen = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const order = shuffledOrder(3, 3, random).join("");
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    assert.equal(seen.size, 6);
    const expected = draws / 6;
    const chiSquare = [...seen.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    assert.ok(chiSquare < 20.5, `chi-square ${chiSquare}, 5 degrees of freedom, p = 0.001 at 20.5`);
  });

  test("puts every element at every position equally often with a full buffer (chi-square)", () => {
    const random = randomNumbers(5);
    const [count, draws] = [10, 5_000];
    const seen = new Float64Array(count * count);
    for (let i = 0; i < draws; i++)
      shuffledOrder(count, count, random).forEach((element, position) => seen[element * count + position]++);
    const expected = draws / count;
    const chiSquare = seen.reduce((sum, cell) => sum + (cell - expected) ** 2 / expected, 0);
    assert.ok(chiSquare < 126.1, `chi-square ${chiSquare}, 81 degrees of freedom, p = 0.001 at 126.1`);
  });
});

describe("randomNumbers", () => {
  test("repeat with the same seed, and differ with another seed or none", () => {
    const draw = (seed?: number) => Array.from({ length: 5 }, randomNumbers(seed));
    assert.deepEqual(draw(42), draw(42));
    assert.notDeepEqual(draw(42), draw(43));
    assert.notDeepEqual(draw(0), draw());
    assert.notDeepEqual(draw(), draw());
    for (const number of draw(0)) assert.ok(number >= 0 && number < 1);
  });
});
