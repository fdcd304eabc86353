import path from "node:path";
import { buildSync } from "esbuild";
import { JUPYTER_DISPLAY, type Displayable } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { CONFIG_ATTRIBUTE, type ExplorerConfig } from "./config";
import { draw } from "./drawing";
import { checkInput } from "./inputs";
import { paperPng } from "./paper";
import { compute, formatNumber, writtenOut } from "./setting";

/** What the static picture says in HTML. The live explorer replaces both. */
const HOW_TO_PLAY = "This is a still picture. Run this cell in Jupyter to play with it.";

/**
 * An explorer as one output: HTML with a static picture, which a script in it replaces by the live explorer. The
 * picture stays where scripts don't run: on GitHub, in PDF and in notebooks that aren't trusted.
 *
 * @throws if an input can't be shown or the setting is impossible
 */
export function explorer(config: ExplorerConfig): Displayable {
  config.inputs.forEach(checkInput);
  const result = compute(config.setting);
  return {
    [JUPYTER_DISPLAY]() {
      const picture = draw({ setting: config.setting, result, at: [0, 0] });
      const png = paperPng(picture, 1.5);
      const text = describe(config, result);
      // Without this, JupyterLab takes what is typed into the explorer for keyboard shortcuts.
      const markup =
        `<div ${CONFIG_ATTRIBUTE}="${escapeHtml(JSON.stringify(config))}" data-lm-suppress-shortcuts="true">` +
        `<img src="data:image/png;base64,${png}" width="${picture.width}" height="${picture.height}" ` +
        `alt="${escapeHtml(text)}"><p>${HOW_TO_PLAY}</p></div>` +
        `<script>${script()}</script>`;
      return { "text/html": markup, "image/png": png, "text/plain": text };
    },
  };
}

let bundled: string | undefined;

/** The explorer's code for the browser, bundled from the same files that run here in Node. */
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
