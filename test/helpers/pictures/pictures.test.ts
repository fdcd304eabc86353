import assert from "node:assert/strict";
import { beforeAll, test } from "vitest";
import { JUPYTER_DISPLAY } from "../../../src/helpers/display";
import {
  digitGrid,
  featureMapPicture,
  imagePicture,
  kernelPicture,
  pixelNumbersPicture,
  sideBySide,
  type Picture,
} from "../../../src/helpers/pictures";
import * as exported from "../../../src/helpers/pictures";
import * as tf from "../../../src/helpers/tf";
import { assertAllDrawn, assertMatchesPicture, decodePng, type Pixels } from "../reference";
import { ring, rings, waves } from "./samples";

beforeAll(() => tf.ready());

const pictures: Record<string, () => Picture> = {
  image: () => imagePicture({ data: Uint8Array.from(ring(28, 0)), shape: [28, 28] }, { title: "A ring" }),
  signed: () => imagePicture(waves([12, 12], 0.31), { title: "Weights" }),
  digits: () =>
    digitGrid(rings(12), {
      title: "Twelve rings",
      labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1],
      predictions: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 6, 1],
      columns: 6,
    }),
  kernels: () => kernelPicture(waves([3, 3, 2, 8], 0.2), { title: "Kernels of conv2d", channel: 1 }),
  "feature-maps": () =>
    featureMapPicture({ data: waves([14, 14, 16], 2).data, shape: [1, 14, 14, 16] }, { range: [0, 2], count: 10 }),
  "pixel-numbers": () =>
    pixelNumbersPicture({ data: Uint8Array.from(ring(10, 0)), shape: [10, 10] }, { title: "A ring and its numbers" }),
  "side-by-side": () =>
    sideBySide(
      [
        imagePicture({ data: Uint8Array.from(ring(28, 0)), shape: [28, 28] }),
        imagePicture(
          [
            [0.5, -1],
            [0.25, NaN],
          ],
          { scale: 60 },
        ),
      ],
      {
        titles: ["앞 (before)", "after"],
      },
    ),
  "side-by-side-alike": () =>
    sideBySide(
      [1, -1].map((sign) =>
        imagePicture(
          [
            [sign, 0],
            [-sign, 0.5],
          ],
          { scale: 30 },
        ),
      ),
      { titles: ["rising", "a title that is wider than its picture"] },
    ),
};

for (const [name, picture] of Object.entries(pictures)) {
  test(`the picture ${name} matches its reference`, async () => {
    const png = picture().toPng();
    assert.ok(png.length < 30_000, `${png.length} bytes`);
    await assertMatchesPicture(png, __dirname, name);
  });
}

test("every picture has a reference", () => assertAllDrawn(exported, pictures, ["Picture"]));

/** Red, green and blue at a place. */
function colorAt({ data, width }: Pixels, x: number, y: number): number[] {
  return [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 3)];
}

const MARGIN = 8;
const LABEL_HEIGHT = 16;

test("every pixel becomes a square of its own colour, without smoothing", async () => {
  const picture = await decodePng(
    imagePicture({ data: new Uint8Array([0, 100, 200, 255]), shape: [2, 2] }, { scale: 100 }).toPng(),
  );
  const top = picture.height - MARGIN - 200;
  assert.deepEqual(
    [
      colorAt(picture, MARGIN, top),
      colorAt(picture, MARGIN + 199, top),
      colorAt(picture, MARGIN + 99, top + 100),
      colorAt(picture, MARGIN + 100, top + 199),
    ],
    [
      [0, 0, 0],
      [100, 100, 100],
      [200, 200, 200],
      [255, 255, 255],
    ],
  );
  assert.deepEqual([picture.width, top], [200 + 2 * MARGIN, MARGIN + 18], "the legend is above the image");
});

test("floats from 0 to 1 are drawn from black to white, and the picture says so", async () => {
  const picture = imagePicture(
    [
      [0, 0.5],
      [1, 0.25],
    ],
    { scale: 100 },
  );
  assert.equal(picture.text, "2 × 2 pixels · values 0 (black) … 1 (white)");
  const pixels = await decodePng(picture.toPng());
  assert.deepEqual(colorAt(pixels, MARGIN + 150, pixels.height - MARGIN - 150), [128, 128, 128]);
});

test("signed values are blue below 0, white at 0, red above, with the same range on both sides", async () => {
  const picture = imagePicture(
    [
      [-0.5, 0],
      [0.25, 0.5],
    ],
    { scale: 100 },
  );
  assert.equal(picture.text, "2 × 2 pixels · values −0.5 (blue) … 0.5 (red)");
  const pixels = await decodePng(picture.toPng());
  const top = pixels.height - MARGIN - 200;
  const [blue, white, red] = [
    colorAt(pixels, MARGIN + 5, top + 5),
    colorAt(pixels, MARGIN + 105, top + 5),
    colorAt(pixels, MARGIN + 105, top + 105),
  ];
  assert.ok(blue[2] > blue[0] + 100, `blue is ${blue}`);
  assert.deepEqual(white, [255, 255, 255]);
  assert.ok(red[0] > red[2] + 100, `red is ${red}`);
});

test("a range given by the caller is kept, and values beyond it are clipped", () => {
  assert.match(imagePicture([[0, 5]], { range: [0, 2] }).text, /values 0 \(black\) … 2 \(white\)/);
  assert.throws(
    () => imagePicture([[0]], { range: [1, 1] }),
    /range: expected a range \[low, high\] with low < high, found \[1, 1\]/,
  );
  assert.throws(() => imagePicture([[0]], { range: [0, NaN] }), /low < high/);
});

test("values that aren't finite are drawn in magenta and counted", async () => {
  const picture = imagePicture(
    [
      [NaN, 0],
      [1, -Infinity],
    ],
    { scale: 150 },
  );
  assert.match(picture.text, /2 values aren't finite \(magenta\)/);
  const pixels = await decodePng(picture.toPng());
  assert.deepEqual(colorAt(pixels, MARGIN + 5, pixels.height - MARGIN - 295), [255, 0, 255]);
});

test("colour images keep their channels", async () => {
  const picture = await decodePng(
    imagePicture({ data: new Uint8Array([255, 0, 0, 0, 0, 255]), shape: [1, 2, 3] }, { scale: 20 }).toPng(),
  );
  assert.deepEqual(
    [colorAt(picture, MARGIN + 5, MARGIN + 5), colorAt(picture, MARGIN + 25, MARGIN + 5)],
    [
      [255, 0, 0],
      [0, 0, 255],
    ],
  );
});

test("tensors, bytes and nested arrays of the same image give the same picture", () => {
  const values = ring(12, 1);
  const nested = Array.from({ length: 12 }, (_, row) =>
    values.slice(row * 12, (row + 1) * 12).map((value) => value / 255),
  );
  const tensors = [
    tf.tensor2d(nested),
    tf.tensor3d(nested.map((row) => row.map((value) => [value]))),
    tf.tensor4d([nested.map((row) => row.map((value) => [value]))]),
  ];
  try {
    const before = tf.memory().numTensors;
    const pictures = [nested, ...tensors].map((source) => Buffer.from(imagePicture(source).toPng()));
    for (const picture of pictures) assert.ok(picture.equals(pictures[0]));
    assert.equal(tf.memory().numTensors, before, "drawing leaves no tensor behind");
  } finally {
    tf.dispose(tensors);
  }
});

test("a disposed tensor, a wrong dtype and a wrong shape are rejected by name", () => {
  const gone = tf.zeros([28, 28]);
  gone.dispose();
  assert.throws(() => imagePicture(gone), /imagePicture: the tensor of shape \[28, 28\] was disposed/);
  assert.throws(
    () => imagePicture(undefined as unknown as number[]),
    /imagePicture: expected a tensor, \{data, shape\} or arrays of numbers, found undefined/,
  );
  assert.throws(() => imagePicture([1, 2, 3]), /one image of shape \[rows, columns\].*found \[3\]/);
  assert.throws(
    () => imagePicture({ data: new Uint8Array(10), shape: [3, 3] }),
    /expected 9 values for shape \[3, 3\], found 10/,
  );
  assert.throws(() => imagePicture([[1, 2], [3]]), /nested arrays of shape \[2, 2\], found one of length 1/);
  assert.throws(() => imagePicture({ data: new Uint8Array(32), shape: [4, 4, 2] }), /found \[4, 4, 2\]/);
  assert.throws(() => imagePicture({ data: new Uint8Array(0), shape: [0, 28] }), /found \[0, 28\]/);
  const words = tf.tensor(["a"]);
  assert.throws(() => imagePicture(words), /tensor of numbers, found dtype string/);
  words.dispose();
  assert.throws(() => imagePicture([[1]], { scale: 0.5 }), /scale: expected a whole number of at least 1, found 0.5/);
});

test("digitGrid writes labels, and right and wrong predictions in two colours", async () => {
  const images = rings(2, 10);
  const picture = digitGrid(images, { labels: [3, 4], predictions: [3, 9], classNames: undefined, scale: 20 });
  assert.match(
    picture.text,
    /2 images of 10 × 10 pixels · 1 of 2 right · values 0 \(black\) … 255 \(white\) · 3 \| 9, not 4/,
  );
  const pixels = await decodePng(picture.toPng());
  const below = (from: number, to: number, dominant: number): number => {
    let count = 0;
    for (let y = pixels.height - MARGIN - LABEL_HEIGHT; y < pixels.height; y++) {
      for (let x = from; x < to; x++) {
        const color = colorAt(pixels, x, y);
        if (color.every((value, channel) => channel === dominant || value < color[dominant] - 50)) count++;
      }
    }
    return count;
  };
  const half = Math.round(pixels.width / 2);
  assert.ok(below(0, half, 1) > 5 && below(0, half, 0) === 0, "the right one is green");
  assert.ok(below(half, pixels.width, 0) > 5 && below(half, pixels.width, 1) === 0, "the wrong one is red");
});

test("digitGrid accepts class names, and shows the first of many images", () => {
  const picture = digitGrid(rings(3, 8), { labels: [0, 1, 0], classNames: ["shirt", "coat"], count: 2 });
  assert.match(picture.text, /^2 images .* shirt \| coat$/);
});

test("digitGrid rejects labels that don't fit and pictures that are too large", () => {
  const images = rings(3, 8);
  assert.throws(() => digitGrid(images, { labels: [1] }), /expected 3 labels, one for each image, found 1/);
  assert.throws(
    () => digitGrid(images, { labels: [0, 1, 10], classNames: ["a", "b"] }),
    /labels: expected class numbers .*from 0 to 1\), found 10 at index 2/,
  );
  assert.throws(
    () => digitGrid(images, { predictions: [0.5, 0, 0] }),
    /predictions: expected class numbers .*found 0.5 at index 0/,
  );
  assert.throws(() => digitGrid(images, { count: 4 }), /count: expected a whole number from 1 to 3, found 4/);
  assert.throws(
    () => digitGrid({ data: new Uint8Array(1000 * 4), shape: [1000, 2, 2] }),
    /expected at most 400 images, found 1000.*count/,
  );
  assert.throws(
    () =>
      digitGrid([
        [1, 2],
        [3, 4],
      ]),
    /images of shape \[count, rows, columns\].*found \[2, 2\]/,
  );
});

test("a grid of a hundred digits is a small file", () => {
  assert.ok(
    digitGrid(rings(100), { labels: Array.from({ length: 100 }, (_, index) => index % 10) }).toPng().length < 40_000,
  );
});

test("kernelPicture draws one square for each filter, of the requested channel", async () => {
  // Filter 0 is 1 in channel 0 and -1 in channel 1; filter 1 is all zero.
  const kernel = { data: new Float32Array([1, 0, -1, 0]), shape: [1, 1, 2, 2] };
  const colors = await Promise.all(
    [0, 1].map(async (channel) => {
      const pixels = await decodePng(kernelPicture(kernel, { channel }).toPng());
      return colorAt(pixels, MARGIN + 2, pixels.height - MARGIN - 2);
    }),
  );
  assert.ok(colors[0][0] > colors[0][2] && colors[1][2] > colors[1][0], `red then blue: ${JSON.stringify(colors)}`);
  assert.match(kernelPicture(kernel).text, /2 kernels of 1 × 1, input channel 0 of 2, values −1 \(blue\) … 1 \(red\)/);
  assert.throws(() => kernelPicture(kernel, { channel: 2 }), /channel: expected a whole number from 0 to 1, found 2/);
  assert.throws(
    () => kernelPicture([[1]]),
    /kernel of shape \[rows, columns, inputChannels, filters\], found \[1, 1\]/,
  );
});

test("featureMapPicture separates the channels", () => {
  assert.match(
    featureMapPicture(waves([4, 4, 3], 1)).text,
    /3 feature maps of 4 × 4, values −0.996 \(blue\) … 0.996 \(red\)/,
  );
  assert.match(featureMapPicture(waves([4, 4, 3], 1), { count: 2 }).text, /2 of 3 feature maps/);
  const faint = { data: Float32Array.from({ length: 16 }, (_, index) => index / 100), shape: [4, 4, 1] };
  assert.match(featureMapPicture(faint).text, /values 0 \(black\) … 0.15 \(white\)/, "as bright as they can be");
  assert.throws(
    () => featureMapPicture(waves([2, 4, 4, 3], 1)),
    /feature maps of one image, shape \[rows, columns, channels\], found \[2, 4, 4, 3\]/,
  );
  assert.throws(
    () => featureMapPicture(waves([4, 4, 3], 1), { count: 4 }),
    /count: expected a whole number from 1 to 3, found 4/,
  );
});

test("pixelNumbersPicture writes each number, also in its text", () => {
  assert.equal(
    pixelNumbersPicture({ data: new Uint8Array([0, 7, 255, 30]), shape: [2, 2] }).text,
    "values 0 (black) … 255 (white)\n  0   7\n255  30",
  );
  assert.match(pixelNumbersPicture([[0.126, -1]]).text, / 0.13 −1.00$/);
  assert.throws(
    () => pixelNumbersPicture([[1]], { digits: 200 }),
    /digits: expected a whole number from 0 to 20, found 200/,
  );
  assert.throws(() => pixelNumbersPicture(rings(1, 40)), /at most 32 × 32 pixels, found 40 × 40/);
  assert.throws(() => pixelNumbersPicture({ data: new Uint8Array(12), shape: [2, 2, 3] }), /one channel, found 3/);
});

test("sideBySide keeps the pictures complete", () => {
  const [left, right] = [imagePicture([[0, 1]], { scale: 10 }), imagePicture([[2, 0]], { scale: 30 })];
  const both = sideBySide([left, right], { titles: ["a", "b"] });
  assert.ok(both.width >= left.width + right.width);
  assert.ok(both.height > Math.max(left.height, right.height));
  assert.match(both.text, /^a: 1 × 2 pixels.*\nb: 1 × 2/);
  assert.throws(() => sideBySide([]), /at least one picture/);
  assert.throws(() => sideBySide([left], { titles: [] }), /expected 1 titles.*found 0/);
});

test("sideBySide says once what all its pictures say about their values", () => {
  const [first, second] = [imagePicture([[0, 1]]), imagePicture([[1, 0]])];
  assert.equal(
    sideBySide([first, second], { titles: ["a", "b"] }).text,
    "a: 1 × 2 pixels\nb: 1 × 2 pixels\nvalues 0 (black) … 1 (white)",
  );
  assert.match(
    sideBySide([first, imagePicture([[0, 3]])]).text,
    /^1 × 2 pixels · values 0 .* 1 \(white\)\n1 × 2 pixels · values 0 .* 3 \(white\)$/,
  );
  assert.match(sideBySide([first]).text, /^1 × 2 pixels · values/);
});

test("a picture larger than any screen is rejected, with what to do", () => {
  assert.throws(
    () => imagePicture([[1]], { scale: 100_000 }),
    /at most 8192 × 8192 pixels, found 100016 × 100034. Choose a smaller scale/,
  );
});

test("a picture's bundle has a PNG and a description", async () => {
  const picture = pictures["image"]();
  const bundle = picture[JUPYTER_DISPLAY]();
  assert.deepEqual(Object.keys(bundle).sort(), ["image/png", "text/plain"]);
  const { width, height } = await decodePng(Buffer.from(String(bundle["image/png"]), "base64"));
  assert.deepEqual([width, height], [picture.width, picture.height]);
});
