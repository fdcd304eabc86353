import path from "node:path";
import { UsageError } from "../../shared/usage-error";
import { escapeHtml } from "../display/markup";
import type { Images } from "../mnist/idx";
import { toMnistImage } from "../mnist/to-mnist-image";
import { addChannelAxis, scale } from "../preprocess";
import { encodePng } from "../render/png";
import type * as tf from "../tf";
import { AnyWidget, compiledOnce } from "./any-widget";

/** The side of the pad in pixels; browser/drawing-pad.ts draws it. */
const SIZE = 140;

const CSS = `
.cnn-pad { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; margin: 8px 0;
  color: var(--jp-ui-font-color1, #333); font: 13px var(--jp-ui-font-family, sans-serif); }
.cnn-pad canvas { border: 1px solid var(--jp-border-color1, #bdbdbd); image-rendering: pixelated; }
.cnn-pad .cnn-ink { width: 280px; height: 280px; cursor: crosshair; touch-action: none; }
.cnn-pad .cnn-digit { width: 140px; height: 140px; }
.cnn-pad figure { margin: 0; text-align: center; }
.cnn-pad button { margin-top: 6px; font: inherit; color: inherit; padding: 2px 12px;
  background: var(--jp-layout-color2, #eee); border: 1px solid var(--jp-border-color1, #bdbdbd); }
.cnn-pad ol { list-style: none; margin: 0; padding: 0; min-width: 240px; }
.cnn-pad li { display: flex; gap: 8px; align-items: center; line-height: 24px; }
.cnn-pad li i { flex: 1; height: 12px; background: var(--jp-layout-color2, #eee); }
.cnn-pad li s { display: block; height: 12px; background: #1f77b4; }
.cnn-pad li span { width: 60px; text-align: right; font-variant-numeric: tabular-nums; }
.cnn-pad .cnn-best { font-weight: bold; }`;

/** Tells what a drawing is: a probability for each class. */
export type Classifier = (image: tf.Tensor4D) => tf.Tensor | readonly number[];

/**
 * A pad to draw a digit on, with a mouse, a pen or a finger. Beside it stand what the network sees, the drawing as
 * MNIST would have it ({@link toMnistImage}), and the probabilities that `predict` gives, anew while you draw.
 *
 * @see notebooks/11-evaluate.ipynb
 * @example new widgets.DrawingPad({ predict: (image) => model.predict(image) as tf.Tensor })
 */
export class DrawingPad extends AnyWidget {
  readonly #predict: Classifier;
  #running: Promise<void> | undefined;
  #stale = false;

  /**
   * @param options `predict` gets an image of shape [1, 28, 28, 1], from 0 to 1, and gives a probability for each class
   * @throws UsageError unless `predict` is a function
   */
  constructor({ predict }: { readonly predict: Classifier }) {
    if (typeof predict !== "function") {
      throw new UsageError(
        `DrawingPad: predict: expected a function of an image, found ${typeof predict}. ` +
          "Pass (image) => model.predict(image).",
      );
    }
    super({
      esm: compiledOnce(path.join(__dirname, "browser", "drawing-pad.ts")),
      css: CSS,
      state: { pixels: new Uint8Array(SIZE * SIZE), digit: new Uint8Array(), probabilities: [] },
    });
    this.#predict = predict;
    this.observe(() => void this.update(), "pixels" as never);
  }

  /** What is drawn, as MNIST would have it: bytes of shape [1, 28, 28], black if there is nothing. */
  get image(): Images {
    const pixels = new Uint8Array(this.read("pixels") as Uint8Array);
    if (pixels.length !== SIZE * SIZE)
      throw new UsageError(`DrawingPad: expected ${SIZE} × ${SIZE} pixels, found ${pixels.length} in all.`);
    return toMnistImage({ data: pixels, shape: [1, SIZE, SIZE] });
  }

  /** The probability of each class, or nothing while the pad is empty. */
  get probabilities(): readonly number[] {
    return this.read("probabilities") as readonly number[];
  }

  /** Predicts what is drawn now. While a prediction is running, further calls become one. */
  update(): Promise<void> {
    this.#stale = true;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #run(): Promise<void> {
    // Strokes that are there already come first.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#stale && !this.closed) {
      this.#stale = false;
      const { image } = this;
      const isEmpty = image.data.every((value) => value === 0);
      this.write({
        digit: isEmpty ? new Uint8Array() : image.data,
        probabilities: isEmpty ? [] : await probabilitiesOf(this.#predict, image),
      });
    }
  }

  protected override staticHtml(): string {
    const { image, probabilities } = this;
    if (probabilities.length === 0) return `${escapeHtml(this.toString())}.`;
    const rgba = Uint8Array.from({ length: 4 * image.data.length }, (_, index) => image.data[index >> 2]);
    const png = Buffer.from(encodePng(rgba, image.shape[2], image.shape[1])).toString("base64");
    const text = escapeHtml(this.toString());
    return `<img alt="${text}" width="140" height="140" src="data:image/png;base64,${png}"><br>${text}.`;
  }

  override toString(): string {
    const { probabilities } = this;
    if (probabilities.length === 0) return "A pad to draw a digit on; beside it, what the network takes it for";
    const best = probabilities.indexOf(Math.max(...probabilities));
    return `A drawing that the network takes for ${best}, with a probability of ${probabilities[best].toFixed(3)}`;
  }
}

async function probabilitiesOf(predict: Classifier, image: Images): Promise<number[]> {
  const scaled = scale(image);
  const input = addChannelAxis(scaled);
  try {
    const result = predict(input);
    if (!("dataSync" in result)) return [...result];
    const values = await result.data();
    result.dispose();
    return [...values];
  } finally {
    input.dispose();
    scaled.dispose();
  }
}
