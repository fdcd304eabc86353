import path from "node:path";
import { buildSync } from "esbuild";
import { JUPYTER_DISPLAY, type Displayable } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { CONFIG_ATTRIBUTE, type ExplorerConfig } from "./config";
import { draw } from "./drawing";
import { rasterize, toPng } from "./image";
import { checkInput } from "./inputs";
import { compute, formatNumber, writtenOut } from "./setting";

/**
 * An explorer as one output: HTML with a static picture that its own script turns into the live explorer. Where no script
 * runs (code hosts, PDF, an untrusted notebook) the picture stays.
 *
 * @throws RangeError if an input cannot be shown or the setting is impossible.
 */
export function explorer(config: ExplorerConfig): Displayable {
  config.inputs.forEach(checkInput);
  const result = compute(config.setting);
  return {
    [JUPYTER_DISPLAY]() {
      const picture = draw({ setting: config.setting, result, at: [0, 0] });
      const png = toPng(rasterize(picture, 1.5)).toString("base64");
      const text = describe(config, result);
      // JupyterLab's single-key shortcuts must not act on what is typed into the explorer.
      const markup =
        `<div ${CONFIG_ATTRIBUTE}="${escapeHtml(JSON.stringify(config))}" data-lm-suppress-shortcuts="true">` +
        `<img src="data:image/png;base64,${png}" width="${picture.width}" height="${picture.height}" alt="${escapeHtml(text)}"></div>` +
        `<script>${script()}</script>`;
      return { "text/html": markup, "image/png": png, "text/plain": text };
    },
  };
}

let bundled: string | undefined;

/** The explorer's code for the browser, bundled from the same files that run here. */
function script(): string {
  bundled ??= buildSync({
    entryPoints: [path.join(__dirname, "browser", "main.ts")],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2021",
    charset: "utf8",
    write: false,
  }).outputFiles[0].text.trim();
  return bundled;
}

function describe({ setting }: ExplorerConfig, result: ReturnType<typeof compute>): string {
  const matrix = (rows: number[][]): string => {
    const cells = rows.map((row) => row.map(formatNumber));
    const width = Math.max(...cells.flat().map((cell) => cell.length));
    return cells.map((row) => row.map((cell) => cell.padStart(width)).join(" ")).join("\n");
  };
  const middle =
    setting.operation === "convolution"
      ? `kernel\n${matrix(setting.kernel)}`
      : `window ${setting.poolSize} × ${setting.poolSize}`;
  return [
    `${setting.operation}, padding ${setting.padding}, stride ${setting.strides}`,
    `input\n${matrix(setting.input)}`,
    middle,
    `output\n${matrix(result.output)}`,
    `first cell: ${writtenOut(setting, result, 0, 0).join(" ")}`,
  ].join("\n");
}
