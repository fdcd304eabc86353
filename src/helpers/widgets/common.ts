import { UsageError } from "../../shared/usage-error";
import { DescriptionStyle, Layout } from "./layout";
import { bool, optional, part, strings, text } from "./traits";

/** Traits of every widget that is visible. */
export const visible = () => ({
  _domClasses: strings(),
  layout: part(Layout),
  tabbable: optional(bool(false)),
  tooltip: optional(text("")),
});

/** Those of a widget with a description. */
export const described = () => ({
  ...visible(),
  description: text(""),
  descriptionAllowHtml: bool(false),
});

/** Those of a control with a description and the usual style. */
export const control = () => ({
  ...described(),
  disabled: bool(false),
  style: part(DescriptionStyle),
});

/**
 * Keeps `value` from `min` to `max`, as ipywidgets does.
 *
 * @throws UsageError when min > max
 */
export const keepInRange =
  (name: string, scale: (bound: number, values: Record<string, unknown>) => number = (bound) => bound) =>
  (values: Record<string, unknown>): void => {
    const { min, max, value } = values as { min: number; max: number; value: number };
    if (min > max) throw new UsageError(`${name}: expected min to be at most max, found ${min} and ${max}.`);
    values.value = Math.min(Math.max(value, scale(min, values)), scale(max, values));
  };
