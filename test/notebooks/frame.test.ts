import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { isYourTurn, readNotebook, textOf, type Cell } from "../../src/notebooks/notebook";
import { listNotebooks, nameOf } from "../../src/shared/series";
import { answersOf, solutionsOf } from "./solutions";

const EXERCISE = /^(\d+)\. /gm;
const sourceOf = ({ source }: Cell): string => textOf(source);

describe("Each notebook of the series has what frames it:", () => {
  for (const file of listNotebooks()) {
    const notebook = readNotebook(file);
    const { cells } = notebook;

    test(`${nameOf(file)} opens with what it assumes and how long it takes`, () => {
      const [, line] = sourceOf(cells[0]).split("\n\n");
      assert.match(line, /^\*\*Assumes:\*\* [^]+\. \*\*Takes:\*\* .+ to run\.$/);
    });

    test(`${nameOf(file)} leaves a cell below each exercise for the reader's own code`, () => {
      const exercises = [...cells.entries()].filter(([, { id }]) => id?.startsWith("exercise-"));
      assert.equal(exercises.length, solutionsOf(notebook).length);
      exercises.forEach(([index, cell], place) => {
        const number = String(place + 1);
        const numbers = [...sourceOf(cell).matchAll(EXERCISE)].map(([, found]) => found);
        assert.deepEqual(numbers, [number], `cell ${index + 1} holds exercise ${number} and no other`);
        assert.ok(isYourTurn(cells[index + 1]), `the cell below exercise ${number} has an id like your-turn-1`);
        assert.equal(sourceOf(cells[index + 1]), `// Your turn: exercise ${number}`);
      });
    });

    test(`${nameOf(file)} ends with three questions, and their answers check their numbers`, () => {
      const last = cells[cells.length - 1];
      assert.match(sourceOf(last), /^### Check yourself$/m);
      const answers = answersOf(notebook);
      assert.equal(answers.length, 3);
      assert.equal(answersOf({ ...notebook, cells: [last] }).length, 3);
      for (const { number, prose, code } of answers) {
        assert.notEqual(prose, "", `answer ${number} is empty`);
        if (/\d/.test(prose)) assert.match(code, /\bassert\b/, `answer ${number} has a number and no assertion`);
      }
    });
  }
});
