import { createHash } from "node:crypto";
import path from "node:path";
import { buildSync, transformSync } from "esbuild";
import { UsageError } from "../../shared/usage-error";
import { visible } from "./common";
import { json, text, type Trait } from "./traits";
import { Widget, defineTraits } from "./widget";

/** What {@link anywidget} is made of. */
export interface AnyWidgetOptions<S> {
  /**
   * The module that draws the widget in the browser, in JavaScript or TypeScript: its text, or the path of its file.
   * It exports `{ render({ model, el }) { … } }`; see https://anywidget.dev/en/afm.
   */
  readonly esm: string;
  /** Its style sheet. */
  readonly css?: string;
  /** The values that it shares with this side, by name, as they are at first: JSON and typed arrays. */
  readonly state: S;
}

/** A file's path, as opposed to a module's text. */
const FILE = /^[^\n;]+\.[cm]?[jt]sx?$/;
const compiledFiles = new Map<string, string>();

/** A widget with a view of its own. */
export class AnyWidget extends Widget {
  constructor({ esm, css = "", state }: AnyWidgetOptions<Readonly<Record<string, unknown>>>) {
    for (const name of Object.keys(state)) {
      if (name in Widget.prototype || name.startsWith("_") || Object.hasOwn(visible(), name))
        throw new UsageError(`anywidget: state: expected names of your own, found ${name}, which every widget has.`);
    }
    const code = compiled(esm);
    const id = createHash("sha256").update(code).update(css).digest("hex").slice(0, 16);
    const own = Object.fromEntries(
      Object.entries(state).map(([name, value]): [string, Trait<unknown>] => [
        name,
        { ...json(value), wireName: name },
      ]),
    );
    const fixed = { _esm: text(code), _css: text(css), _anywidget_id: text(`cnn-helpers.${id}`) };
    super({ name: "AnyWidget", front: "Any", module: "anywidget", traits: { ...visible(), ...fixed, ...own } }, {});
    defineTraits({ prototype: this }, own);
  }
}

/**
 * A widget of your own, through [anywidget](https://anywidget.dev): a module draws it in the browser, and its state is
 * shared with this side, where each value is a property that can be set and observed.
 *
 * @throws UsageError if a name in `state` is one that every widget has
 * @throws Error if the module doesn't compile
 * @example
 * const counter = widgets.anywidget({
 *   esm: `export default {
 *     render({ model, el }) {
 *       const button = document.createElement("button");
 *       const draw = () => (button.textContent = "clicked " + model.get("clicks"));
 *       button.onclick = () => { model.set("clicks", model.get("clicks") + 1); model.save_changes(); };
 *       model.on("change:clicks", draw);
 *       draw();
 *       el.append(button);
 *     },
 *   };`,
 *   state: { clicks: 0 },
 * });
 * counter.observe((change) => console.log(change.new), "clicks");
 */
export function anywidget<S extends Record<string, unknown>>(options: AnyWidgetOptions<S>): AnyWidget & S {
  return new AnyWidget(options) as AnyWidget & S;
}

function compiled(esm: string): string {
  if (!FILE.test(esm.trim())) return transformSync(esm, { loader: "ts" }).code;
  return buildSync({
    entryPoints: [path.resolve(esm.trim())],
    bundle: true,
    format: "esm",
    charset: "utf8",
    write: false,
  }).outputFiles[0].text;
}

/** A file of the helpers, compiled once. */
export function compiledOnce(file: string): string {
  let code = compiledFiles.get(file);
  if (code === undefined) compiledFiles.set(file, (code = compiled(file)));
  return code;
}
