import assert from "node:assert/strict";
import { beforeAll, test } from "vitest";
import * as plots from "../../../../src/helpers/plots";
import type { Figure } from "../../../../src/helpers/render";
import { figureBundle, PLOTLY_MIME } from "../../../../src/helpers/render/plotly/figure-bundle";
import { renderSvg } from "../../../../src/helpers/render/plotly/static-image";
import { svgToPng } from "../../../../src/helpers/render/rasterize";
import * as tf from "../../../../src/helpers/tf";
import { figures, history } from "../../plots/samples";
import { compare, decodePng } from "../../reference";

/** The interactive part, as it goes over the wire. */
function sent(figure: Figure): Figure {
  return JSON.parse(JSON.stringify(figureBundle(figure)[PLOTLY_MIME])) as Figure;
}

const line: Figure = {
  data: [{ x: [1, 2], y: [3, 4], name: "a line" }],
  layout: { title: { text: "A title" }, yaxis: { title: { text: "height" } } },
};

beforeAll(() => tf.ready());

test("a figure is one bundle: interactive, a PNG and a summary", async () => {
  const bundle = figureBundle(line);
  assert.deepEqual(Object.keys(bundle).sort(), [PLOTLY_MIME, "image/png", "text/plain"].sort());
  assert.deepEqual(sent(line).data, line.data);
  const { width, height } = await decodePng(Buffer.from(String(bundle["image/png"]), "base64"));
  assert.deepEqual([width, height], [700, 400], "a figure that does not say how large it is");
  assert.deepEqual(bundle["text/plain"].split("\n"), [
    "Plot: A title",
    "  y axis: height",
    '  scatter, "a line", x 1 … 2, y 3 … 4',
  ]);
});

test("the static image and the interactive figure have the layout's size", async () => {
  const { width, height } = await decodePng(
    Buffer.from(String(figureBundle({ ...line, layout: { width: 320, height: 240 } })["image/png"]), "base64"),
  );
  assert.deepEqual([width, height], [320, 240]);
  assert.deepEqual([sent(line).layout.width, sent(line).layout.height], [700, 400]);
});

test("showing a figure doesn't change it", () => {
  const figure = figures["history"]();
  const before = JSON.stringify(figure);
  figureBundle(figure);
  assert.equal(JSON.stringify(figure), before);
});

test("values that aren't finite are gaps, and the figure says how many", () => {
  const figure: Figure = { data: [{ x: [1, 2, 3, 4], y: [1, NaN, Infinity, 2] }], layout: {} };
  assert.deepEqual(sent(figure).data[0].y, [1, null, null, 2]);
  assert.match(figureBundle(figure)["text/plain"], /2 values aren.t finite: drawn as gaps/);
  assert.match(renderSvg({ data: sent(figure).data, layout: sent(figure).layout }), /2 values aren.t finite/);
  const lines = (y: (number | null)[]): number =>
    renderSvg({ data: [{ y }], layout: {} }).match(/class="js-line"/g)?.length ?? 0;
  assert.deepEqual([lines([1, 2, 3, 2, 1]), lines([1, 2, null, 2, 1])], [1, 2], "the line is broken in two");
});

test("typed arrays, dates and big integers become plain JSON", () => {
  const figure: Figure = {
    data: [{ x: new Float32Array([0.5, 1]), y: Int32Array.of(1, 2), text: undefined }],
    layout: {},
  };
  assert.deepEqual(sent(figure).data, [{ x: [0.5, 1], y: [1, 2] }]);
});

test("string titles, which Plotly no longer reads, are converted to the form that it reads", () => {
  const figure: Figure = { data: line.data, layout: { title: "old", xaxis: { title: "x" } } };
  assert.deepEqual(sent(figure).layout.title, { text: "old" });
  assert.deepEqual(sent(figure).layout.xaxis?.title, { text: "x" });
  assert.match(renderSvg(sent(figure)), />old</);
});

test("an unknown trace type is rejected with a list of the known ones", () => {
  const figure = { data: [{ type: "scater" }], layout: {} } as unknown as Figure;
  assert.throws(() => figureBundle(figure), /trace type: expected one of .*bar.*scatter.*, found "scater"/);
});

test("values that aren't lists of one length are rejected: Plotly would silently leave them out", () => {
  const bundle = (data: unknown): unknown => figureBundle({ data, layout: {} } as unknown as Figure);
  assert.throws(
    () => bundle([{ x: [1, 2, 3], y: [1] }]),
    /trace 0 of the figure: expected as many values in y as in x, found 1 and 3/,
  );
  assert.throws(
    () => bundle([{ y: [1] }, { y: "abc" }]),
    /trace 1 of the figure: expected y to be a list of values, found string/,
  );
  assert.throws(() => bundle([null]), /trace 0 of the figure: expected an object such as \{ x, y, type \}, found null/);
  assert.throws(() => bundle({ y: [1] }), /data to be a list of traces, found object. Write plot\(\[trace\], layout\)/);
  assert.ok(bundle([{ type: "heatmap", x: [0, 1, 2], y: [0, 1], z: [[1, 2]] }]), "a heat map's x and y are its edges");
});

test("a tensor in a trace is drawn, and a disposed one is rejected by name", () => {
  const [values, gone] = [tf.tensor1d([1, NaN, 3]), tf.zeros([2])];
  gone.dispose();
  const drawn = (y: tf.Tensor): Figure => ({ data: [{ y: y as unknown as number[] }], layout: {} });
  assert.deepEqual(sent(drawn(values)).data[0].y, [1, null, 3]);
  assert.throws(() => figureBundle(drawn(gone)), /tensor of shape \[2\] was disposed/);
  values.dispose();
});

test("values that aren't finite in the layout aren't gaps", () => {
  assert.doesNotMatch(
    figureBundle({ data: [{ y: [1] }], layout: { yaxis: { range: [0, NaN] } } })["text/plain"],
    /not finite/,
  );
});

test("the summary writes names as given, not as Plotly escapes them", () => {
  assert.match(figureBundle(plots.comparisonFigure({ "lr <0.1> & more": history }))["text/plain"], /"lr <0.1> & more"/);
});

test("a trace that needs WebGL is shown without a static image", () => {
  const bundle = figureBundle({
    data: [
      {
        type: "surface",
        z: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    layout: {},
  });
  assert.deepEqual(Object.keys(bundle).sort(), [PLOTLY_MIME, "text/plain"].sort());
  assert.match(bundle["text/plain"], /no static image/);
});

test("a figure without traces is an empty plot", () => {
  assert.match(
    figureBundle({ data: [], layout: { title: { text: "Nothing yet" } } })["text/plain"],
    /^Plot: Nothing yet/,
  );
});

test("a static image contains no script", () => {
  const attack =
    `<script>alert(1)</script><img src=x onerror=alert(2)>"><svg onload=alert(3)>` +
    `<a href="javascript:alert(4)">x</a>`;
  const svg = renderSvg({
    data: [{ x: [attack, "b"], y: [1, 2], name: attack, text: [attack, ""], mode: "text+markers", showlegend: true }],
    layout: {
      title: { text: attack },
      xaxis: { title: { text: attack } },
      annotations: [{ text: attack, x: 0, y: 1 }],
    },
  });
  assert.doesNotMatch(svg, /<script|<img|<[^>]*\son\w+=|javascript:/i);
});

test("figures can be drawn in any number and order without leaving traces of each other", async () => {
  const draw = (name: string): Uint8Array => Buffer.from(String(figureBundle(figures[name]())["image/png"]), "base64");
  const first = draw("bars");
  draw("heatmap");
  draw("history");
  const again = draw("bars");
  assert.equal(compare(await decodePng(first), await decodePng(again)).share, 0);
});

test("text is measured as it is drawn, so a long label has enough room", () => {
  const svg = renderSvg({
    data: [{ type: "bar", orientation: "h", x: [1], y: ["a name that is much longer than the margin"] }],
    layout: { width: 600, height: 200, margin: { l: 10 }, yaxis: { automargin: true } },
  });
  const plotLeft = Number(/<clipPath[^>]*id="clip[0-9a-f]+x"[^>]*><rect x="([\d.]+)"/.exec(svg)?.[1]);
  assert.ok(plotLeft > 200 && plotLeft < 400, `the plot begins at ${plotLeft}`);
  assert.ok(svgToPng(svg).length > 1000);
});
