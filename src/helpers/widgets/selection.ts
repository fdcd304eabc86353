import { UsageError } from "../../shared/usage-error";
import { control } from "./common";
import { ToggleButtonsStyle } from "./layout";
import { integer, oneOf, optional, part, strings, type OptionsOf, type Traits, type ValuesOf } from "./traits";
import { defineTraits, Widget } from "./widget";

/** What can be chosen: values, pairs of a label and a value, or an object of values by label. */
export type Choices<T> = readonly (T | readonly [label: string, value: T])[] | Readonly<Record<string, T>>;

/** What a widget that chooses is made with. */
export interface ChoiceOptions<T> {
  /** What can be chosen. */
  readonly options?: Choices<T>;
  /** What is chosen; the first by default, null for nothing. */
  readonly value?: T | null;
  /** The same by its place. */
  readonly index?: number | null;
}

const selection = () => ({ ...control(), _optionsLabels: strings(), index: optional(integer(0)) });

type SelectionTraits = ReturnType<typeof selection>;

/** A widget with which one of several values is chosen. */
abstract class Selection<T> extends Widget {
  #choices: [label: string, value: T][];

  constructor(name: string, traits: SelectionTraits, { options, value, ...rest }: ChoiceOptions<T>) {
    const choices = pairs(name, options ?? []);
    const first = choices.length > 0 ? 0 : null;
    const index = value === undefined ? (rest.index ?? first) : indexOf(name, choices, value);
    super(
      { name, traits, adjust: checkIndex(name) },
      { ...rest, index, _optionsLabels: choices.map(([label]) => label) },
    );
    this.#choices = choices;
  }

  /** The value that is chosen, or null. */
  get value(): T | null {
    return this.#chosen?.[1] ?? null;
  }

  set value(value: T | null) {
    this.write({ index: indexOf(this.constructor.name, this.#choices, value) });
  }

  /** The label of the value that is chosen, or null. */
  get label(): string | null {
    return this.#chosen?.[0] ?? null;
  }

  /** What can be chosen. New options choose the first. */
  get options(): Choices<T> {
    return this.#choices;
  }

  set options(options: Choices<T>) {
    const choices = pairs(this.constructor.name, options);
    this.write({ index: null });
    this.#choices = choices;
    this.write({ _optionsLabels: choices.map(([label]) => label), index: choices.length > 0 ? 0 : null });
  }

  protected override get derivedNames(): readonly string[] {
    return ["value", "label"];
  }

  override toString(): string {
    return `${this.constructor.name} { ${this.#choices.map(([label]) => label).join(", ")} }: ${this.label}`;
  }

  get #chosen(): [string, T] | undefined {
    const index = this.read("index") as number | null;
    return index === null ? undefined : this.#choices[index];
  }
}

/** The class of such a widget; the type of what is chosen is that of its options. */
function selectionClass<Extra extends Traits>(name: string, extra: Extra) {
  const traits = { ...selection(), ...extra };
  class Concrete extends Selection<unknown> {
    constructor(options: ChoiceOptions<unknown> = {}) {
      super(name, traits, options);
    }
  }
  defineTraits(Concrete, traits);
  return Concrete as unknown as new <T>(
    options?: ChoiceOptions<T> & OptionsOf<Omit<SelectionTraits & Extra, "index" | "_optionsLabels">>,
  ) => Selection<T> & ValuesOf<Omit<SelectionTraits, keyof Extra> & Extra>;
}

/**
 * A list that opens.
 *
 * @example
 * const mode = new widgets.Dropdown({ options: ["same", "valid"], description: "padding" });
 * mode.value; // "same"
 */
export class Dropdown<const T = unknown> extends selectionClass("Dropdown", {})<T> {}

/** A list of which some rows can be seen. */
export class Select<const T = unknown> extends selectionClass("Select", { rows: integer(5) })<T> {}

/** Buttons of which one is on. */
export class RadioButtons<const T = unknown> extends selectionClass("RadioButtons", {
  orientation: oneOf(["horizontal", "vertical"], "vertical"),
})<T> {}

/** Buttons side by side of which one is down. */
export class ToggleButtons<const T = unknown> extends selectionClass("ToggleButtons", {
  buttonStyle: optional(oneOf(["primary", "success", "info", "warning", "danger", ""], ""), ""),
  icons: strings(),
  style: part(ToggleButtonsStyle),
  tooltips: strings(),
})<T> {}

function pairs<T>(name: string, options: Choices<T>): [string, T][] {
  if (typeof options !== "object" || options === null) {
    throw new UsageError(`${name}: options: expected an array or an object, found ${String(options)}.`);
  }
  if (!Array.isArray(options)) return Object.entries(options as Record<string, T>);
  return (options as readonly (T | readonly [string, T])[]).map((option) =>
    isPair(option) ? [option[0], option[1]] : [String(option), option],
  );
}

function isPair<T>(option: T | readonly [string, T]): option is readonly [string, T] {
  return Array.isArray(option) && option.length === 2 && typeof option[0] === "string";
}

function indexOf<T>(name: string, choices: readonly [string, T][], value: T | null): number | null {
  if (value === null) return null;
  const index = choices.findIndex(([, choice]) => Object.is(choice, value));
  if (index >= 0) return index;
  const labels = choices.map(([label]) => label).join(", ");
  throw new UsageError(`${name}: value: expected one of the options (${labels}), found ${String(value)}.`);
}

/** @throws UsageError unless the index is one of the options' */
const checkIndex = (name: string) => (values: Record<string, unknown>) => {
  const { index, _optionsLabels } = values as { index: number | null; _optionsLabels: readonly string[] };
  const count = _optionsLabels.length;
  if (index === null || (index >= 0 && index < count)) return;
  throw new UsageError(`${name}: index: expected a whole number below ${count}, found ${index}.`);
};
