import assert from "node:assert/strict";
import { JSDOM, VirtualConsole } from "jsdom";
import { describe, test } from "vitest";
import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../../../src/helpers/display";
import {
  convolutionAnimation,
  convolutionExplorer,
  convolutionPicture,
  poolingAnimation,
  poolingExplorer,
  poolingPicture,
} from "../../../src/helpers/explorers";

const MAX_BUNDLE_BYTES = 120_000;

async function bundleOf(displayable: Displayable): Promise<MimeBundle & Record<"text/html" | "image/png", string>> {
  const bundle = await displayable[JUPYTER_DISPLAY]();
  assert.ok(typeof bundle["text/html"] === "string" && typeof bundle["image/png"] === "string");
  return bundle as MimeBundle & Record<"text/html" | "image/png", string>;
}

describe("an explorer's output", () => {
  for (const [name, displayable] of [
    ["convolution", convolutionExplorer({ padding: "same" })],
    ["pooling", poolingExplorer()],
  ] as const) {
    test(`of ${name} is small, and its page loads nothing from the network`, async () => {
      const bundle = await bundleOf(displayable);
      assert.ok(JSON.stringify(bundle).length < MAX_BUNDLE_BYTES, `${JSON.stringify(bundle).length} bytes`);
      const { document } = new JSDOM(bundle["text/html"]).window;
      const sources = [...document.querySelectorAll("[src], [href]")].map(
        (element) => element.getAttribute("src") ?? element.getAttribute("href"),
      );
      assert.ok(sources.length > 0 && sources.every((source) => source?.startsWith("data:")));
      assert.doesNotMatch(
        document.querySelector("script")!.textContent!,
        /\bfetch\(|XMLHttpRequest|\bimport\(|https?:\/\/(?!www\.w3\.org\/2000\/svg)/,
      );
    });

    test(`of ${name} shows a picture and its numbers where no script runs`, async () => {
      const bundle = await bundleOf(displayable);
      const picture = new JSDOM(bundle["text/html"]).window.document.querySelector("img")!;
      assert.equal(picture.src, `data:image/png;base64,${bundle["image/png"]}`);
      assert.equal(picture.alt, bundle["text/plain"]);
      const png = Buffer.from(bundle["image/png"], "base64");
      assert.equal(png.subarray(1, 4).toString(), "PNG");
      assert.equal(png.readUInt32BE(16), Math.ceil(picture.width * 1.5));
    });
  }

  test("lists the output's numbers as text", async () => {
    const { "text/plain": text } = await bundleOf(poolingExplorer());
    assert.match(text, /output\n 6 {2}8\n14 16\nfirst cell: max\(1, 2, 5, 6\) = 6/);
  });

  test("starts once, separately for each explorer, whatever its inputs are called", async () => {
    const input = {
      name: `"</script><b>`,
      pixels: [
        [1, 2],
        [3, 4],
      ],
    };
    const bundles = await Promise.all([convolutionExplorer({ inputs: [input] }), poolingExplorer()].map(bundleOf));
    const errors: unknown[] = [];
    const virtualConsole = new VirtualConsole().on("jsdomError", (error: unknown) => errors.push(error));
    const html = bundles.map((bundle) => bundle["text/html"]).join("");
    const { document } = new JSDOM(html, { runScripts: "dangerously", virtualConsole }).window;
    assert.deepEqual(errors, []);
    const roots = [...document.querySelectorAll("[data-cnn-explorer]")].map((host) => host.shadowRoot!);
    assert.deepEqual(
      roots.map((root) => root.querySelectorAll("svg").length),
      [1, 1],
    );
    assert.deepEqual(
      roots.map((root) => root.querySelector('[name="kernel"]') !== null),
      [true, false],
    );
    assert.equal(roots[0].querySelector('[name="input"]')!.lastElementChild!.textContent, input.name);
    assert.equal(document.querySelector("b"), null);
  });

  test("is rejected with the reason if it would start with an impossible setting", () => {
    assert.throws(() => convolutionExplorer({ kernel: [[1, 2]] }), /square kernel of at most 5 × 5, found 1 rows of 2/);
    assert.throws(() => convolutionExplorer({ strides: 2, dilationRate: 2 }), /found stride 2 and dilation 2/);
    assert.throws(() => poolingExplorer({ poolSize: 5 }), /expected at most 4, .*found 5/);
    assert.throws(() => poolingExplorer({ inputs: [{ name: "none", pixels: [] }] }), /input "none": expected rows/);
  });
});

describe("an animation", () => {
  const input = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];
  test("is a GIF with a frame for each output cell, and a PNG of its end", async () => {
    for (const [displayable, frames] of [
      [
        convolutionAnimation({
          input,
          kernel: [
            [1, 0],
            [0, 1],
          ],
          padding: "same",
        }),
        9,
      ],
      [poolingAnimation({ input, poolSize: 2, padding: "same" }), 4],
    ] as const) {
      const bundle = await bundleOf(displayable);
      const source = /src="data:image\/gif;base64,([^"]+)"/.exec(bundle["text/html"])![1];
      const gif = Buffer.from(source, "base64");
      assert.equal(gif.subarray(0, 6).toString("latin1"), "GIF89a");
      assert.equal(count(gif, Buffer.from([0x21, 0xf9, 0x04])), frames);
      assert.equal(count(gif, Buffer.from("NETSCAPE2.0")), 1, "repeats");
      assert.equal(Buffer.from(bundle["image/png"], "base64").readUInt32BE(16), gif.readUInt16LE(6));
    }
  });

  test("of an impossible setting is rejected with the reason", () => {
    assert.throws(() => poolingAnimation({ input, poolSize: 4 }), /window size \(rows\): expected at most 3/);
  });
});

describe("a still picture", () => {
  const input = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  test("is a PNG whose text gives the position and the sum", async () => {
    const bundle = await convolutionPicture({ input, kernel: [[1, -1]] }, [1, 1])[JUPYTER_DISPLAY]();
    assert.equal(bundle["text/plain"], "convolution, output row 2, column 2: 5·1 + 6·(−1) = −1");
    assert.equal(Buffer.from(String(bundle["image/png"]), "base64").subarray(1, 4).toString(), "PNG");
    const pooled = await poolingPicture({ input, poolSize: 2 })[JUPYTER_DISPLAY]();
    assert.equal(pooled["text/plain"], "max pooling, output row 1, column 1: max(1, 2, 4, 5) = 5");
  });

  test("of a cell that doesn't exist is rejected", () => {
    assert.throws(() => poolingPicture({ input, poolSize: 2 }, [0, 1]), /output, which is 1 × 1, found \[0, 1\]/);
  });
});

function count(bytes: Buffer, part: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + 1)) found++;
  return found;
}
