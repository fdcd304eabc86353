import { UsageError } from "../../shared/usage-error";

/** What every widget is, whichever copy of this module it comes from. */
export interface WidgetReference {
  readonly [WIDGET]: true;
  /** The widget's name in messages. */
  readonly modelId: string;
  /** Whether it has a trait of this name. */
  hasTrait(name: string): boolean;
}

export const WIDGET: unique symbol = Symbol.for("cnn-helpers.widget");

export function isWidget(value: unknown): value is WidgetReference {
  return typeof value === "object" && value !== null && WIDGET in value;
}

/**
 * One property of a widget that this side and the front end share.
 *
 * @typeParam Input what it can be set to in the widget's options
 */
export interface Trait<T, Input = T> {
  readonly initial: T;
  /** What it may be, in words. */
  readonly expected: string;
  /** Its name in the front end; by default the same, as ipywidgets writes it. */
  readonly wireName?: string;
  /** Whether it may have this value. */
  accepts(value: unknown): boolean;
  /** Makes a value of what the trait is set to, or of undefined for a new widget. */
  make?(input: Input | undefined): unknown;
  /** As the front end knows the value; by default the same. */
  toWire?(value: T): unknown;
}

export type Traits = Readonly<Record<string, Trait<unknown>>>;

/** The values of traits, by name. */
export type ValuesOf<T> = { -readonly [Name in keyof T]: T[Name] extends Trait<infer Value, infer _> ? Value : never };

/** What a constructor takes for traits, by name. */
export type OptionsOf<T> = { readonly [Name in keyof T]?: T[Name] extends Trait<infer _, infer Input> ? Input : never };

function trait<T>(initial: T, expected: string, accepts: (value: unknown) => boolean): Trait<T> {
  return { initial, expected, accepts };
}

const isText = (value: unknown): boolean => typeof value === "string";

export const integer = (initial: number): Trait<number> => trait(initial, "a whole number", Number.isSafeInteger);
export const float = (initial: number): Trait<number> => trait(initial, "a finite number", Number.isFinite);
export const bool = (initial: boolean): Trait<boolean> =>
  trait(initial, "true or false", (value) => typeof value === "boolean");
export const text = (initial: string): Trait<string> => trait(initial, "a string", isText);

export const strings = (): Trait<readonly string[]> =>
  trait<readonly string[]>([], "an array of strings", (value) => Array.isArray(value) && value.every(isText));

/** One of some strings. */
export function oneOf<const T extends string>(choices: readonly T[], initial: NoInfer<T>): Trait<T> {
  const names = choices.map((choice) => JSON.stringify(choice)).join(", ");
  return trait<T>(initial, `one of ${names}`, (value) => choices.includes(value as T));
}

/** The same, or null, with which it begins unless `initial` says otherwise. */
export function optional<T>(inner: Trait<T>, initial: T | null = null): Trait<T | null> {
  return trait<T | null>(initial, `${inner.expected} or null`, (value) => value === null || inner.accepts(value));
}

/** Bytes, which travel beside the message's JSON. */
export const bytes = (): Trait<Uint8Array> =>
  trait(new Uint8Array(), "a Uint8Array", (value) => value instanceof Uint8Array);

/** A text that numbers are welcome as, such as a picture's width in pixels. */
export const textOrNumber = (): Trait<string | number> => ({
  ...trait<string | number>("", "a string or a number", (value) => isText(value) || Number.isFinite(value)),
  toWire: String,
});

/** JSON that isn't looked at. */
export const json = <T>(initial: T): Trait<T> => trait(initial, "a value that JSON can hold", () => true);

/** Other widgets, such as the contents of a box. */
export const widgetArray = (): Trait<readonly WidgetReference[]> => ({
  ...trait<readonly WidgetReference[]>(
    [],
    "an array of widgets",
    (value) => Array.isArray(value) && value.every(isWidget),
  ),
  toWire: (widgets) => widgets.map(reference),
});

/** A trait of another widget: the widget and the trait's name. */
export const widgetTrait = (): Trait<readonly [WidgetReference, string]> => ({
  initial: undefined as never,
  expected: "a widget and the name of one of its traits",
  accepts: (value) => Array.isArray(value) && isWidget(value[0]) && value[0].hasTrait(String(value[1])),
  toWire: ([widget, name]) => [reference(widget), wireName(name)],
});

/** A widget that belongs to another one, such as its layout: one to share, or the options of a new one. */
export function part<W extends WidgetReference, Options>(Part: new (options?: Options) => W): Trait<W, W | Options> {
  return {
    initial: undefined as never,
    expected: `a ${Part.name} or its options`,
    accepts: isWidget,
    make: (input) => (isWidget(input) ? input : new Part(input as Options | undefined)),
    toWire: reference,
  };
}

/** How a message refers to a widget. */
function reference(widget: WidgetReference): string {
  return `IPY_MODEL_${widget.modelId}`;
}

/** ipywidgets' name of a trait: `continuousUpdate` is `continuous_update` there. */
export function wireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** @throws UsageError unless the trait may have the value */
export function checkTrait(owner: string, name: string, { accepts, expected }: Trait<unknown>, value: unknown): void {
  if (accepts(value)) return;
  throw new UsageError(`${owner}: ${name}: expected ${expected}, found ${describe(value)}.`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
