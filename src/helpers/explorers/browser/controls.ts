/// <reference lib="dom" />
import { KERNELS } from "../../convolution/kernels";
import type { ExplorerConfig } from "../config";
import { MAX_KERNEL_SIZE } from "../inputs";

/** The names of {@link KERNELS} in the list. */
const KERNEL_NAMES: Record<keyof typeof KERNELS, string> = {
  identity: "identity",
  blur: "blur",
  sharpen: "sharpen",
  edges: "edges, any direction",
  verticalEdges: "vertical edges (Sobel)",
  horizontalEdges: "horizontal edges (Sobel)",
};

/** The value of the list of kernels if the weights are the reader's own. */
export const OWN_KERNEL = "own";

/** The controls of an explorer as HTML. Each control's `name` is what it sets. */
export function controlsMarkup({ inputs, setting }: ExplorerConfig): string {
  const common =
    number("strides", "Stride", setting.strides) +
    select(
      "padding",
      "Padding",
      [
        ["valid", "valid"],
        ["same", "same"],
      ],
      setting.padding,
    );
  const own =
    setting.operation === "convolution"
      ? select(
          "kernel",
          "Kernel",
          [...Object.entries(KERNEL_NAMES), [OWN_KERNEL, "your own"]],
          nameOf(setting.kernel),
        ) +
        select("kernelSize", "Kernel size", sizes(), `${setting.kernel.length}`) +
        `<fieldset><legend>Weights</legend><div class="kernel"></div></fieldset>` +
        number("dilationRate", "Dilation", setting.dilationRate)
      : select(
          "operation",
          "Pooling",
          [
            ["max pooling", "max"],
            ["average pooling", "average"],
          ],
          setting.operation,
        ) + number("poolSize", "Window size", setting.poolSize);
  return (
    `<div class="controls">` +
    select(
      "input",
      "Input",
      inputs.map(({ name }, i) => [`${i}`, name]),
      "0",
    ) +
    own +
    common +
    `</div><div class="controls"><button name="back">◀ Back</button><button name="play">▶ Play</button>` +
    `<button name="step">Step ▶</button></div>` +
    `<p class="reason" role="alert"></p>` +
    `<div class="stage" tabindex="0" role="group" aria-label="The window on the input. Arrow keys move it."></div>` +
    `<p class="hidden" role="status"></p>` +
    `<p class="hint">Point at an output cell to see where it comes from. ` +
    `Click the picture, and the arrow keys move the window.</p>` +
    `<details><summary>Edit the input as numbers</summary><label>One row per line` +
    `<textarea name="matrix" rows="6" spellcheck="false"></textarea></label></details>`
  );
}

/** One input field for each of the kernel's weights. */
export function kernelFields(kernel: number[][]): HTMLInputElement[] {
  return kernel.flatMap((row, r) =>
    row.map((weight, c) => {
      const field = document.createElement("input");
      field.type = "number";
      field.step = "any";
      field.name = "weight";
      field.defaultValue = `${Math.round(weight * 1000) / 1000}`;
      field.dataset.exact = `${weight}`;
      field.setAttribute("aria-label", `Kernel row ${r + 1}, column ${c + 1}`);
      return field;
    }),
  );
}

/** The key of a well-known kernel, or {@link OWN_KERNEL}. */
function nameOf(kernel: number[][]): string {
  const known = Object.entries(KERNELS).find(([, weights]) => JSON.stringify(weights) === JSON.stringify(kernel));
  return known?.[0] ?? OWN_KERNEL;
}

function select(name: string, label: string, options: readonly (readonly [string, string])[], chosen: string): string {
  const items = options.map(([value, text]) => {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = text;
    if (value === chosen) option.setAttribute("selected", "");
    return option.outerHTML;
  });
  return `<label>${label}<select name="${name}">${items.join("")}</select></label>`;
}

function number(name: string, label: string, value: number): string {
  return `<label>${label}<input type="number" name="${name}" min="1" step="1" value="${value}"></label>`;
}

function sizes(): [string, string][] {
  return Array.from({ length: MAX_KERNEL_SIZE }, (_, i) => [`${i + 1}`, `${i + 1} × ${i + 1}`]);
}
