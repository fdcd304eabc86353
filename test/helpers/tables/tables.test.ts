import assert from "node:assert/strict";
import * as aq from "arquero";
import { test } from "vitest";
import { JUPYTER_DISPLAY } from "../../../src/helpers/display";
import {
  classificationReport,
  confusionCounts,
  historyTable,
  layerTable,
  predictionTable,
  runsTable,
  tableView,
} from "../../../src/helpers/tables";
import * as exported from "../../../src/helpers/tables";
import { counts, history } from "../plots/samples";
import { assertAllDrawn, assertMatchesText } from "../reference";
import { tables } from "./samples";

for (const [name, table] of Object.entries(tables)) {
  test(`the table ${name} matches its reference, as text and as HTML`, () => {
    const bundle = table()[JUPYTER_DISPLAY]();
    assertMatchesText(bundle["text/plain"], __dirname, `${name}.txt`);
    assertMatchesText(String(bundle["text/html"]).replace(/></g, ">\n<"), __dirname, `${name}.html`);
  });
}

test("every table has a reference", () => assertAllDrawn(exported, tables, ["TableView", "confusionCounts"]));

test("a table keeps its arquero table for further work", () => {
  assert.equal(
    historyTable(history)
      .table.filter(aq.escape((row: { loss: number }) => row.loss < 0.1))
      .numRows(),
    2,
  );
});

test("HTML in cells, column names, units and captions is shown as text", () => {
  const attack = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;
  const view = tableView(aq.table({ [attack]: [attack], b: [1] }), { caption: attack, units: { b: attack } });
  const html = view.toHTML();
  assert.doesNotMatch(html, /<img|<script/);
  assert.equal(html.match(/&lt;script&gt;/g)?.length, 4);
});

test("numbers are right-aligned and rounded, small ones stay visible, and a missing value is a dash", () => {
  const text = tableView(
    aq.table({ name: ["a", "b", "c", "d"], value: [0.123456, 0.00001234, null, NaN], count: [1, 20_000, 3, 0] }),
  ).toString();
  assert.deepEqual(text.split("\n"), [
    "name    value   count",
    "────  ───────  ──────",
    "a      0.1235       1",
    "b     1.23e-5  20,000",
    "c           –       3",
    "d         NaN       0",
  ]);
});

test("a table is cut at its limit, and says what is left out", () => {
  const table = aq.table({ n: [1, 2, 3] });
  assert.match(tableView(table, { limit: 1 }).toString(), /… 2 more rows$/);
  assert.match(tableView(table, { limit: 2 }).toHTML(), /… 1 more row</);
  assert.doesNotMatch(tableView(table, { limit: 3 }).toString(), /more/);
  assert.match(tableView(table, { limit: 0 }).toString(), /… 3 more rows$/);
});

test("a table respects arquero's filters and order", () => {
  const table = aq
    .table({ n: [3, 1, 2] })
    .filter((row: { n: number }) => row.n > 1)
    .orderby("n");
  assert.deepEqual(tableView(table).toString().split("\n").slice(2), ["2", "3"]);
});

test("an empty table is shown with its columns", () => {
  assert.match(tableView(aq.table({ a: [], b: [] })).toString(), /^a  b\n/);
});

test("options for unknown columns are rejected", () => {
  const table = aq.table({ loss: [1] });
  assert.throws(
    () => tableView(table, { units: { los: "s" } }),
    /expected a column of the table \(loss\), found "los"/,
  );
  assert.throws(() => tableView(table, { digits: { acc: 2 } }), /found "acc"/);
  assert.throws(() => tableView(table, { limit: -1 }), /limit: expected a whole number of at least 0/);
  assert.throws(() => tableView(table, { digits: 200 }), /digits: expected a whole number from 0 to 20, found 200/);
  assert.throws(() => tableView(table, { digits: { loss: -1 } }), /found -1/);
});

test("objects in cells are written out, and HTML in them is shown as text", () => {
  const view = tableView(aq.table({ a: [{ b: "<i>" }, [1, 0.25]] }));
  assert.match(view.toString(), /\n\{ b: '<i>' \}\n1, 0.2500$/);
  assert.doesNotMatch(view.toHTML(), /<i>/);
});

test("classificationReport computes precision, recall, F1 and support", () => {
  // By hand: class 0 has 48 of 53 predictions right and 48 of 50 examples found.
  const rows = classificationReport(counts).table.objects() as {
    class: string;
    precision: number;
    recall: number;
    F1: number;
    support: number;
  }[];
  const [first] = rows;
  assert.equal(first.precision, 48 / 53);
  assert.equal(first.recall, 48 / 50);
  assert.ok(Math.abs(first.F1 - (2 * 48) / (53 + 50)) < 1e-12);
  assert.equal(first.support, 50);
  const accuracy = rows.find((row) => row.class === "accuracy");
  assert.equal(accuracy?.F1, (48 + 51 + 41) / 150);
  const weighted = rows.find((row) => row.class === "weighted average");
  assert.ok(Math.abs((weighted?.recall ?? 0) - 140 / 150) < 1e-12, "the weighted recall is the accuracy");
});

test("classificationReport shows a dash where it would divide by zero", () => {
  const text = classificationReport([
    [2, 0],
    [0, 0],
  ]).toString();
  assert.match(text, /\n1 +– +– +– +0\n/);
});

test("confusionCounts counts true against predicted classes", () => {
  assert.deepEqual(confusionCounts(new Uint8Array([0, 1, 1, 2]), [0, 1, 0, 2]), [
    [1, 0, 0],
    [1, 1, 0],
    [0, 0, 1],
  ]);
  assert.deepEqual(confusionCounts([0], [0], 3).length, 3);
});

test("confusionCounts rejects labels that aren't classes", () => {
  assert.throws(() => confusionCounts([0, 1], [0]), /as many predictions as labels, found 1 and 2/);
  assert.throws(
    () => confusionCounts([0, 12], [0, 1], 10),
    /labels: expected class numbers \(whole numbers from 0 to 9\), found 12 at index 1/,
  );
  assert.throws(() => confusionCounts([0], [-1]), /predictions: .*found -1 at index 0/);
  assert.throws(() => confusionCounts([0], [0], 1.5), /numClasses: expected a whole number of at least 1, found 1.5/);
  assert.throws(() => confusionCounts([0.5], [0]), /labels: .*found 0.5/);
});

test("confusionCounts rejects one-hot rows and says what to do", () => {
  const oneHot = [
    [1, 0],
    [0, 1],
  ];
  assert.throws(() => confusionCounts(oneHot, [0, 1]), /labels: .*shape \[count\], found \[2, 2\]. Convert .*argMax/);
  assert.throws(() => confusionCounts([0, 1], oneHot), /predictions: .*found \[2, 2\]/);
});

test("predictionTable ranks the classes and compares with the labels", () => {
  const rows = predictionTable(
    [
      [0.1, 0.6, 0.3],
      [0.5, 0.2, 0.3],
    ],
    [1, 2],
  ).table.objects();
  assert.deepEqual(rows, [
    { image: 0, predicted: 1, probability: 0.6, "second choice": 2, "its probability": 0.3, true: 1, right: "yes" },
    { image: 1, predicted: 0, probability: 0.5, "second choice": 2, "its probability": 0.3, true: 2, right: "no" },
  ]);
  assert.deepEqual(predictionTable([[0.1, 0.9]]).table.columnNames(), [
    "image",
    "predicted",
    "probability",
    "second choice",
    "its probability",
  ]);
});

test("predictionTable rejects predictions and labels that don't fit", () => {
  assert.throws(() => predictionTable([0.1, 0.9]), /shape \[count, classes\], found \[2\]/);
  assert.throws(() => predictionTable([[0.1, 0.9]], [0, 1]), /expected 1 labels, one for each row, found 2/);
  assert.throws(() => predictionTable([[0.1, 0.9]], [2]), /labels: .*from 0 to 1\), found 2 at index 0/);
  assert.throws(
    () => predictionTable([[0.1, 0.9]], [1], { classNames: ["a"] }),
    /classNames: expected 2 labels, found 1/,
  );
  assert.throws(
    () =>
      predictionTable([
        [0.1, 0.9],
        [NaN, NaN],
      ]),
    /finite probabilities, found NaN for image 1. Has the training diverged/,
  );
});

test("tables of histories reject empty and uneven ones", () => {
  assert.throws(() => historyTable({ epoch: [], history: {} }), /history is empty/);
  assert.throws(
    () => historyTable({ epoch: [0], history: { loss: [1, 2] } }),
    /expected 1 values of "loss", one per epoch, found 2/,
  );
  assert.throws(() => runsTable({}), /at least one run/);
  assert.throws(() => layerTable([]), /at least one layer/);
});
