import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { readNotebook, type Cell } from "../../src/notebooks/notebook";
import { listNotebooks, nameOf } from "../../src/shared/series";
import { answersOf, solutionsOf, withFolded } from "./solutions";
import { notebookOf } from "./workspace";

const EXERCISES = `### Exercises

1. How much is 1 + 1?

   <details><summary>Solution</summary>

   \`\`\`ts
   if (sum === 2) {
     console.log(sum);
   }
   \`\`\`

   Two.
   </details>

2. Why?

   <details><summary>Solution</summary>

   It just is.
   </details>

### Check yourself

1. How much is 2 + 2?

   <details><summary>Answer</summary>

   4.
   </details>`;

describe("The solutions of a notebook", () => {
  const prose: Cell = { cell_type: "markdown", id: "exercises", metadata: {}, source: EXERCISES };
  const own = notebookOf(["const sum = 1 + 1;"]);
  const notebook = { ...own, cells: [...own.cells, prose] };

  test("are found with their TypeScript, which loses its indentation", () => {
    assert.deepEqual(solutionsOf(notebook), [
      { kind: "solution", number: 1, prose: "Two.", code: "if (sum === 2) {\n  console.log(sum);\n}" },
      { kind: "solution", number: 2, prose: "It just is.", code: "" },
    ]);
  });

  test("aren't mistaken for the answers to questions", () => {
    assert.deepEqual(answersOf(notebook), [{ kind: "answer", number: 1, prose: "4.", code: "" }]);
  });

  test("become cells after the notebook's own", () => {
    const { cells } = withFolded(notebook, solutionsOf(notebook).slice(0, 1));
    assert.deepEqual(
      cells.map(({ id }) => id),
      ["title", "code-1", "exercises", "solution-1"],
    );
  });
});

describe("Every solution of the series is code that checks itself:", () => {
  for (const file of listNotebooks()) {
    test(nameOf(file), () => {
      const solutions = solutionsOf(readNotebook(file));
      assert.notEqual(solutions.length, 0);
      for (const { number, code } of solutions) {
        assert.match(code, /\bassert\b/, `the solution of exercise ${number} has no assertion`);
      }
    });
  }
});
