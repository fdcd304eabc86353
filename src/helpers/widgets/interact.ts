import { UsageError } from "../../shared/usage-error";
import { chosenSink, setDisplaySink } from "../display/sink";
import { show } from "../show";
import { bundleOf } from "../show/bundle-of";
import { VBox } from "./boxes";
import { Checkbox, FloatSlider, IntSlider, Text } from "./controls";
import { displayData, Output, type OutputItem } from "./output";
import { Dropdown } from "./selection";
import { isWidget } from "./traits";
import type { Widget } from "./widget";

type ValueWidget = Widget & { value: unknown };

/** A slider from `min` to `max`. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly value?: number;
}

/** What {@link interact} makes a control of: a widget, a value to begin with, a range, or values to choose from. */
export type ControlSource =
  (Widget & { value: unknown }) | boolean | number | string | Range | readonly unknown[] | Fixed<unknown>;

/** The type of argument that a control gives. */
export type ArgumentOf<C> =
  C extends Fixed<infer T>
    ? T
    : C extends Widget & { value: infer T }
      ? T
      : C extends boolean
        ? boolean
        : C extends number | Range
          ? number
          : C extends string
            ? string
            : C extends readonly (infer T)[]
              ? T
              : never;

/** Controls by the names of the arguments. */
export type Controls = Readonly<Record<string, ControlSource>>;
/** What the function is called with. */
export type Arguments<C extends Controls> = { readonly [Name in keyof C]: ArgumentOf<C[Name]> };

/** An argument without a control. */
export class Fixed<T> {
  /** Tells it from a range, which may have a value, too. */
  private readonly isFixed = true;

  constructor(readonly value: T) {}
}

/**
 * An argument of {@link interact} that has no control.
 *
 * @example await widgets.interact(({ image, k }) => blur(image, k), { image: widgets.fixed(digit), k: 3 });
 */
export function fixed<T>(value: T): Fixed<T> {
  return new Fixed(value);
}

/** Controls, and below them what a function makes of their values. */
export class Interactive<C extends Controls = Controls> extends VBox {
  readonly #f: (values: Arguments<C>) => unknown;
  readonly #sources: Readonly<Record<string, ValueWidget | Fixed<unknown>>>;
  readonly #output: Output;
  #running: Promise<void> | undefined;
  #stale = false;

  constructor(f: (values: Arguments<C>) => unknown, controls: C) {
    const sources = Object.fromEntries(
      Object.entries(controls).map(([name, source]) => [name, controlFor(name, source)]),
    );
    const widgets = Object.values(sources).filter((source) => !(source instanceof Fixed)) as ValueWidget[];
    const output = new Output();
    super({ children: [...widgets, output], _domClasses: ["widget-interact"] });
    this.#f = f;
    this.#sources = sources;
    this.#output = output;
    for (const widget of widgets) widget.observe(() => void this.update(), "value");
  }

  /** The values of the controls. */
  get values(): Arguments<C> {
    return Object.fromEntries(Object.entries(this.#sources).map(([name, { value }]) => [name, value])) as Arguments<C>;
  }

  /**
   * Calls the function with the present values and shows what comes of it. While it is running, further calls wait and
   * become one, with the values of that moment.
   */
  update(): Promise<void> {
    this.#stale = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      // Messages that are there already change the values first.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#stale && !this.closed) {
        this.#stale = false;
        this.#output.outputs = await outputsOf(() => this.#f(this.values));
      }
    } finally {
      this.#running = undefined;
    }
  }
}

/** What `f` shows until it first awaits, and what it returns; or its error. */
async function outputsOf(f: () => unknown): Promise<OutputItem[]> {
  const shown: OutputItem[] = [];
  const sink = chosenSink();
  try {
    let result: unknown;
    setDisplaySink({ display: (bundle) => void shown.push(displayData(bundle)) });
    try {
      result = f();
    } finally {
      setDisplaySink(sink);
    }
    const value = await result;
    if (value !== undefined) shown.push(displayData(await bundleOf(value)));
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    shown.push({ output_type: "error", ename: name, evalue: message, traceback: (stack ?? message).split("\n") });
  }
  return shown;
}

/**
 * Controls for the arguments of a function, and below them what it returns, made again whenever one is moved. A boolean
 * becomes a check box, a number a slider (of whole numbers if it is one), a string a text field, an array a list to
 * choose from, and `{ min, max, step, value }` a slider with these ends; any widget with a value will do too.
 *
 * What `f` shows with `show` before it first awaits appears as well. An error appears in place of a result.
 *
 * @param f called with one object, which has a property for each control
 * @throws UsageError when no control can be made of one of `controls`
 * @example
 * const panel = widgets.interactive(({ k, mode }) => `${k} ${mode}`, { k: 3, mode: ["same", "valid"] });
 * panel.values; // { k: 3, mode: "same" }
 */
export function interactive<const C extends Controls>(
  f: (values: Arguments<C>) => unknown,
  controls: C,
): Interactive<C> {
  return new Interactive(f, controls);
}

/**
 * Shows what {@link interactive} makes, and the first result.
 *
 * @example await widgets.interact(({ k }) => `k² = ${k ** 2}`, { k: 3 });
 */
export async function interact<const C extends Controls>(
  f: (values: Arguments<C>) => unknown,
  controls: C,
): Promise<void> {
  const panel = interactive(f, controls);
  await panel.update();
  await show(panel);
}

/** ipywidgets' rules, where JavaScript has the same kinds of values. */
function controlFor(description: string, source: ControlSource): ValueWidget | Fixed<unknown> {
  if (source instanceof Fixed) return source;
  if (isWidget(source)) {
    if (!source.hasTrait("value")) {
      throw new UsageError(`interact: ${description}: expected a widget with a value, found one without.`);
    }
    return source as ValueWidget;
  }
  if (typeof source === "boolean") return new Checkbox({ value: source, description });
  if (typeof source === "string") return new Text({ value: source, description });
  if (typeof source === "number" && Number.isFinite(source))
    return slider(description, { ...around(source), value: source });
  if (Array.isArray(source)) return new Dropdown<unknown>({ options: source as readonly unknown[], description });
  if (isRange(source)) return slider(description, source);
  throw new UsageError(
    `interact: ${description}: expected a boolean, a finite number, a string, an array, { min, max } or a widget ` +
      `with a value, found ${String(source)}.`,
  );
}

function isRange(source: unknown): source is Range {
  return typeof source === "object" && source !== null && "min" in source && "max" in source;
}

/** From -value to three times the value, as in ipywidgets. */
function around(value: number): Range {
  if (value === 0) return { min: 0, max: 1 };
  return value > 0 ? { min: -value, max: 3 * value } : { min: 3 * value, max: -value };
}

function slider(description: string, { min, max, step, value = (min + max) / 2 }: Range): IntSlider | FloatSlider {
  const whole = [min, max, step ?? 1].every(Number.isInteger);
  if (whole && (Number.isInteger(value) || value === (min + max) / 2)) {
    return new IntSlider({ min, max, step: step ?? 1, value: Math.floor(value), description });
  }
  return new FloatSlider({ min, max, step: step ?? 0.1, value, description });
}
