import assert from "node:assert/strict";
import * as aq from "arquero";
import { afterEach, beforeAll, test } from "vitest";
import "../../../src/helpers";
import {
  html,
  JUPYTER_DISPLAY,
  markdown,
  setDisplaySink,
  type Displayable,
  type MimeBundle,
} from "../../../src/helpers/display";
import { buildModel, layerRows } from "../../../src/helpers/model";
import { connectionsOf } from "../../../src/helpers/model/connections";
import { imagePicture } from "../../../src/helpers/pictures";
import { historyFigure } from "../../../src/helpers/plots";
import { PLOTLY_MIME } from "../../../src/helpers/render/plotly/figure-bundle";
import { svgToPng } from "../../../src/helpers/render/rasterize";
import { plot, show, showLive, stack } from "../../../src/helpers/show";
import { displayedHistory } from "../../../src/helpers/show/history-view";
import { layerDiagram } from "../../../src/helpers/show/layer-diagram";
import { layerTable } from "../../../src/helpers/tables";
import * as tf from "../../../src/helpers/tf";
import { history } from "../plots/samples";
import { assertMatchesPicture } from "../reference";

interface Sent {
  readonly bundle: MimeBundle;
  readonly displayId: string | undefined;
  readonly update: boolean | undefined;
}

let sent: Sent[] = [];

function listen(): void {
  const outputs: Sent[] = [];
  sent = outputs;
  setDisplaySink({ display: (bundle, displayId, update) => outputs.push({ bundle, displayId, update }) });
}

/** The one bundle in which a value is shown. */
async function shown(value: unknown): Promise<MimeBundle> {
  listen();
  await show(value);
  assert.equal(sent.length, 1, "one output for one value");
  return sent[0].bundle;
}

beforeAll(() => tf.ready());
afterEach(() => setDisplaySink(undefined));

test("a small tensor is shown as numbers, with shape and dtype", async () => {
  const tensor = tf.tensor2d([
    [1, 2.5],
    [-30, 4],
  ]);
  assert.deepEqual(await shown(tensor), { "text/plain": "Tensor [2, 2] float32\n[[  1, 2.5],\n [-30,   4]]" });
  const scalar = tf.scalar(7, "int32");
  assert.deepEqual(await shown(scalar), { "text/plain": "Tensor [] int32\n7" });
  const cube = tf.tensor3d([[[1, 2]], [[3, 4]]]);
  assert.deepEqual(await shown(cube), { "text/plain": "Tensor [2, 1, 2] float32\n[[[1, 2]],\n\n [[3, 4]]]" });
  const empty = tf.zeros([0, 3]);
  assert.deepEqual(await shown(empty), { "text/plain": "Tensor [0, 3] float32\n[]" });
  tf.dispose([tensor, scalar, cube, empty]);
});

test("a tensor in the shape of an image is shown as a picture", async () => {
  for (const shape of [
    [28, 28],
    [28, 28, 1],
    [1, 28, 28, 1],
    [28, 28, 3],
  ]) {
    const tensor = tf.zeros(shape);
    const bundle = await shown(tensor);
    assert.equal(typeof bundle["image/png"], "string", `[${shape.join(", ")}]`);
    assert.match(bundle["text/plain"], /^Tensor \[[\d, ]+\] float32\nmin 0, max 0, mean 0\n/);
    tensor.dispose();
  }
});

test("a large tensor is summarised", async () => {
  const tensor = tf.range(0, 1000);
  const bundle = await shown(tensor);
  assert.deepEqual(bundle["text/plain"].split("\n"), [
    "Tensor [1000] float32",
    "min 0, max 999, mean 499.5",
    "first values 0, 1, 2, 3, 4, 5, 6, 7, …",
  ]);
  assert.equal(bundle["image/png"], undefined);
  tensor.dispose();
});

test("a tensor's values that aren't finite are counted", async () => {
  const tensor = tf.tensor1d([...Array.from({ length: 120 }, (_, index) => index), NaN, Infinity]);
  assert.match((await shown(tensor))["text/plain"], /min 0, max 119, mean 59.5\n2 of 122 values aren't finite/);
  tensor.dispose();
});

test("a disposed tensor is rejected, and nothing is shown", async () => {
  const tensor = tf.zeros([2]);
  tensor.dispose();
  listen();
  await assert.rejects(show(tensor), /shape \[2\] was disposed/);
  assert.equal(sent.length, 0);
});

test("showing a tensor leaves no other tensor behind, and keeps it", async () => {
  const tensor = tf.zeros([28, 28]);
  const count = tf.memory().numTensors;
  await shown(tensor);
  assert.equal(tf.memory().numTensors, count);
  assert.equal(tensor.isDisposed, false);
  tensor.dispose();
});

test("a model is shown as a diagram and a table of its layers", async () => {
  const model = buildModel();
  const bundle = await shown(model);
  assert.match(bundle["text/plain"], /conv2d_1 +Conv2D +\(None, 14, 14, 32\) +4,640\n/);
  assert.match(bundle["text/plain"], /total +288,266$/);
  const markup = String(bundle["text/html"]);
  const diagram = Buffer.from(/src="data:image\/svg\+xml;base64,([^"]*)"/.exec(markup)?.[1] ?? "", "base64").toString();
  assert.equal(diagram.match(/<rect/g)?.length, model.layers.length, "a box for each layer");
  assert.match(diagram, />\(None, 28, 28, 16\)<.*>160 parameters</);
  assert.match(markup, /<td[^>]*>288,266<\/td>/);
  model.dispose();
});

test("HTML in a layer's name is shown as text", () => {
  const rows = [{ layer: "<script>x", type: "<script>y", outputShape: "(None, 2)", parameters: 3 }];
  assert.doesNotMatch(layerTable(rows).toHTML() + layerDiagram(rows), /<script/);
});

test("a history is shown as its figure", async () => {
  assert.match((await shown(history))["text/plain"], /^Plot: Training history/);
  await assert.rejects(show({ epoch: [], history: {} }), /history is empty/);
});

test("a figure, a picture and an arquero table are shown as what they are", async () => {
  assert.ok((await shown(historyFigure(history)))[PLOTLY_MIME]);
  assert.equal(typeof (await shown(imagePicture([[1]])))["image/png"], "string");
  assert.match(String((await shown(aq.table({ n: [1, 2] })))["text/html"]), /^<table.*<td[^>]*>2<\/td>/s);
});

test("a value that knows how to show itself is asked, even if it takes a while", async () => {
  const slow: Displayable = { [JUPYTER_DISPLAY]: async () => ({ "text/plain": "slow", "text/html": "<b>slow</b>" }) };
  assert.deepEqual(await shown(slow), { "text/plain": "slow", "text/html": "<b>slow</b>" });
  assert.deepEqual(await shown(html("<i>x</i>", "x")), { "text/html": "<i>x</i>", "text/plain": "x" });
  assert.deepEqual(await shown(markdown("# A")), { "text/markdown": "# A", "text/plain": "# A" });
});

test("a cell's last value is shown as show would, because values know how to show themselves", async () => {
  const model = buildModel();
  const tensor = tf.zeros([28, 28]);
  const trained = displayedHistory({ epoch: [...history.epoch], history: { ...history.history } });
  const values: Record<string, object> = {
    model,
    tensor,
    trained,
    figure: historyFigure(history),
    table: aq.table({ n: [1] }),
    picture: imagePicture([[1]]),
  };
  for (const [name, value] of Object.entries(values)) {
    assert.ok(JUPYTER_DISPLAY in value, name);
    assert.deepEqual(await (value as Displayable)[JUPYTER_DISPLAY](), await shown(value), name);
  }
  assert.deepEqual(trained, history, "nothing is seen of it");
  assert.deepEqual(Object.keys({ ...historyFigure(history) }), ["data", "layout"]);
  const changed = historyFigure(history);
  changed.layout.title = "Changed";
  assert.match((await shown(changed))["text/plain"], /^Plot: Changed/);
  tensor.dispose();
  model.dispose();
});

test("the diagram of a model matches its reference", async () => {
  const model = buildModel();
  await assertMatchesPicture(svgToPng(layerDiagram(layerRows(model))), __dirname, "layer-diagram");
  model.dispose();
});

test("a branched model is drawn with its real connections, and they match the reference", async () => {
  const image = tf.input({ shape: [8, 8, 4], name: "image" });
  const convolution = (filters: number) => tf.layers.conv2d({ filters, kernelSize: 3, padding: "same" });
  const first = convolution(4).apply(image) as tf.SymbolicTensor;
  const second = convolution(4).apply(first) as tf.SymbolicTensor;
  // A shortcut past the convolutions, and a second head on the first of them.
  const sum = tf.layers.add().apply([image, second]) as tf.SymbolicTensor;
  const digit = tf.layers.dense({ units: 10 }).apply(tf.layers.flatten().apply(sum)) as tf.SymbolicTensor;
  const colour = tf.layers.globalAveragePooling2d({}).apply(first) as tf.SymbolicTensor;
  const model = tf.model({ inputs: image, outputs: [digit, colour] });
  const names = model.layers.map((layer) => layer.getClassName());
  const drawn = connectionsOf(model).map((from, index) => [names[index], ...from.map((source) => names[source])]);
  assert.deepEqual(
    drawn.sort((a, b) => a.join().localeCompare(b.join())),
    [
      ["Add", "InputLayer", "Conv2D"],
      ["Conv2D", "Conv2D"],
      ["Conv2D", "InputLayer"],
      ["Dense", "Flatten"],
      ["Flatten", "Add"],
      ["GlobalAveragePooling2D", "Conv2D"],
      ["InputLayer"],
    ],
  );
  const diagram = layerDiagram(layerRows(model), connectionsOf(model));
  await assertMatchesPicture(svgToPng(diagram), __dirname, "branched-diagram");
  const html = String((await shown(model))["text/html"]);
  assert.match(html, /Add \(None, 8, 8, 4\)/);
  // Another model that uses some of the layers has only its own connections.
  const part = tf.model({ inputs: image, outputs: colour });
  assert.deepEqual(connectionsOf(part), [[], [0], [1]]);
  model.dispose();
});

test("a tensor of strings is shown with its shape and dtype", async () => {
  const words = tf.tensor(["<b>", "c"]);
  assert.deepEqual(await shown(words), { "text/plain": "Tensor [2] string\n    ['<b>', 'c']" });
  words.dispose();
});

test("any other value is shown as text", async () => {
  assert.deepEqual(await shown("two\nlines"), { "text/plain": "two\nlines" });
  assert.deepEqual(await shown(42), { "text/plain": "42" });
  assert.deepEqual(await shown(undefined), { "text/plain": "undefined" });
  assert.deepEqual(await shown({ data: 1 }), { "text/plain": "{ data: 1 }" });
});

test("several values are several outputs, in order", async () => {
  listen();
  await show("first", { [JUPYTER_DISPLAY]: async () => ({ "text/plain": "second" }) }, "third");
  assert.deepEqual(
    sent.map(({ bundle }) => bundle["text/plain"]),
    ["first", "second", "third"],
  );
});

test("a figure appears at once, so a call without await still shows it in its cell", () => {
  listen();
  void show(historyFigure(history));
  assert.equal(sent.length, 1);
});

test("a live display is one output that is replaced", async () => {
  listen();
  const live = await showLive("start");
  await live.update("middle");
  await live.update(imagePicture([[1]]));
  assert.deepEqual(
    sent.map(({ update }) => update ?? false),
    [false, true, true],
  );
  assert.ok(sent[0].displayId);
  assert.equal(new Set(sent.map(({ displayId }) => displayId)).size, 1);
  const other = await showLive("other");
  assert.notEqual(sent[3].displayId, sent[0].displayId);
  await other.update("end");
});

test("an output goes to the sink of its call, even if the value is slow and the sink has changed", async () => {
  listen();
  const earlier = sent;
  let finish: (bundle: MimeBundle) => void = () => undefined;
  const waiting = show({ [JUPYTER_DISPLAY]: () => new Promise<MimeBundle>((resolve) => (finish = resolve)) });
  listen();
  finish({ "text/plain": "late" });
  await waiting;
  assert.deepEqual([earlier.length, sent.length], [1, 0]);
});

test("plot has nodeplotlib's signature and shows each plot once", () => {
  listen();
  plot([{ x: [1], y: [2] }], { title: { text: "one" } });
  plot([{ x: [1], y: [2] }]);
  assert.deepEqual(
    sent.map(({ bundle }) => bundle["text/plain"].split("\n")[0]),
    ["Plot: one", "Plot: untitled"],
  );
});

test("stack holds plots back until plot is called", () => {
  listen();
  stack([{ y: [1] }], { title: { text: "one" } });
  stack([{ y: [2] }], { title: { text: "two" } }, { editable: true });
  assert.equal(sent.length, 0);
  plot();
  assert.deepEqual(
    sent.map(({ bundle }) => bundle["text/plain"].split("\n")[0]),
    ["Plot: one", "Plot: two"],
  );
  assert.equal((sent[1].bundle[PLOTLY_MIME] as { config: { editable?: boolean } }).config.editable, true);
  plot();
  assert.equal(sent.length, 2);
});
