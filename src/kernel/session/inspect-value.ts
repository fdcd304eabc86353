import { inspect, types, type InspectOptionsStylized } from "node:util";

const DEPTH = 4;
const MAX_ITEMS = 100;
const INSPECT = { depth: DEPTH, maxArrayLength: MAX_ITEMS, maxStringLength: 10_000, breakLength: 80 };
const MAX_LENGTH = 1_000_000;

/** A value as text. Arrays, maps, objects and strings with very many elements are shown in part, with a note. */
export function inspectValue(value: unknown): string {
  const text = inspect(limitKeys(value, DEPTH), INSPECT);
  return text.length <= MAX_LENGTH
    ? text
    : `${text.slice(0, MAX_LENGTH)}… (${text.length - MAX_LENGTH} more characters)`;
}

/**
 * `inspect` limits arrays and maps but not objects, so objects with too many keys are replaced by some of their keys.
 */
function limitKeys(value: unknown, depth: number): unknown {
  if (depth < 0 || typeof value !== "object" || value === null || types.isProxy(value)) return value;
  if (Array.isArray(value)) return mapIfChanged(value, depth);
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value; // Not a plain object.
  if (types.isExternal(value) || types.isMap(value) || types.isSet(value)) return value;
  const keys = Object.keys(value);
  const shown = keys.slice(0, MAX_ITEMS);
  const descriptors = shown.map((key) => Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor);
  const limited = descriptors.map((descriptor): PropertyDescriptor =>
    "value" in descriptor ? { ...descriptor, value: limitKeys(descriptor.value, depth - 1) } : descriptor,
  );
  const isChanged = limited.some((descriptor, index) => descriptor.value !== descriptors[index].value);
  if (keys.length === shown.length && !isChanged) return value;
  const properties = Object.fromEntries(shown.map((key, index) => [key, limited[index]]));
  const part = Object.create(prototype as object | null, properties) as object;
  return keys.length === shown.length ? part : new Part(part, keys.length - shown.length);
}

function mapIfChanged(values: readonly unknown[], depth: number): readonly unknown[] {
  // The array's own methods may be overwritten, and those of a subclass would call its constructor.
  const shown = Array.from({ length: Math.min(values.length, MAX_ITEMS) }, (_, index) => values[index]);
  const limited = shown.map((element) => limitKeys(element, depth - 1));
  if (limited.every((element, index) => element === shown[index])) return values;
  const copy = new Array<unknown>().concat(values);
  limited.forEach((element, index) => {
    if (index in values) copy[index] = element;
  });
  return copy;
}

/** An object without some of its keys. */
class Part {
  constructor(
    private readonly shown: object,
    private readonly hidden: number,
  ) {}

  [inspect.custom](depth: number, options: InspectOptionsStylized): string {
    const text = inspect(this.shown, { ...options, depth });
    return text.startsWith("[") ? text : text.replace(/,?\s*\}$/, `,\n  ... ${this.hidden} more keys\n}`);
  }
}
