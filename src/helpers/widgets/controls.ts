import { escapeHtml } from "../display/markup";
import { control, described, keepInRange, visible } from "./common";
import {
  ButtonStyle,
  CheckboxStyle,
  HTMLStyle,
  LabelStyle,
  ProgressStyle,
  SliderStyle,
  TextStyle,
  ToggleButtonStyle,
} from "./layout";
import { bool, bytes, float, integer, oneOf, optional, part, text, textOrNumber } from "./traits";
import { widgetClass } from "./widget";

const BUTTON_STYLES = ["primary", "success", "info", "warning", "danger", ""] as const;
/** What an empty field shows so that it keeps its height: a space without width. */
const PLACEHOLDER = "\u200b";

const orientation = () => oneOf(["horizontal", "vertical"], "horizontal");

const slider = () => ({
  ...control(),
  behavior: oneOf(["drag-tap", "drag-snap", "tap", "drag", "snap"], "drag-tap"),
  continuousUpdate: bool(true),
  orientation: orientation(),
  readout: bool(true),
  style: part(SliderStyle),
});

/**
 * A slider of whole numbers.
 *
 * @example
 * const k = new widgets.IntSlider({ value: 3, min: 1, max: 9, description: "k" });
 * k.observe((change) => console.log(change.new), "value");
 */
export class IntSlider extends widgetClass({
  name: "IntSlider",
  traits: {
    ...slider(),
    readoutFormat: text("d"),
    min: integer(0),
    max: integer(100),
    step: integer(1),
    value: integer(0),
  },
  adjust: keepInRange("IntSlider"),
}) {}

/** A slider of numbers. */
export class FloatSlider extends widgetClass({
  name: "FloatSlider",
  traits: {
    ...slider(),
    readoutFormat: text(".2f"),
    min: float(0),
    max: float(100),
    step: optional(float(0), 0.1),
    value: float(0),
  },
  adjust: keepInRange("FloatSlider"),
}) {}

/** A slider of powers: `min` and `max` are exponents of `base`, `value` is the power. */
export class FloatLogSlider extends widgetClass({
  name: "FloatLogSlider",
  traits: {
    ...slider(),
    readoutFormat: text(".3g"),
    base: float(10),
    min: float(0),
    max: float(4),
    step: optional(float(0), 0.1),
    value: float(1),
  },
  adjust: keepInRange("FloatLogSlider", (exponent, { base }) => (base as number) ** exponent),
}) {}

const progress = () => ({
  ...described(),
  orientation: orientation(),
  style: part(ProgressStyle),
});
const BAR_STYLES = ["success", "info", "warning", "danger", ""] as const;

/** A progress bar that counts. */
export class IntProgress extends widgetClass({
  name: "IntProgress",
  view: "ProgressView",
  traits: {
    ...progress(),
    barStyle: oneOf(BAR_STYLES, ""),
    min: integer(0),
    max: integer(100),
    value: integer(0),
  },
  adjust: keepInRange("IntProgress"),
}) {}

/** A progress bar for numbers. */
export class FloatProgress extends widgetClass({
  name: "FloatProgress",
  view: "ProgressView",
  traits: {
    ...progress(),
    barStyle: optional(oneOf(BAR_STYLES, ""), ""),
    min: float(0),
    max: float(100),
    value: float(0),
  },
  adjust: keepInRange("FloatProgress"),
}) {}

/** A field for a whole number. */
export class IntText extends widgetClass({
  name: "IntText",
  traits: { ...control(), continuousUpdate: bool(false), step: integer(1), value: integer(0) },
}) {}

/** A field for a number. */
export class FloatText extends widgetClass({
  name: "FloatText",
  traits: { ...control(), continuousUpdate: bool(false), step: optional(float(0)), value: float(0) },
}) {}

const textField = () => ({
  ...control(),
  continuousUpdate: bool(true),
  placeholder: text(PLACEHOLDER),
  style: part(TextStyle),
  value: text(""),
});

/** A field for a line of text. */
export class Text extends widgetClass({ name: "Text", traits: textField() }) {}

/** A field for several lines of text. */
export class Textarea extends widgetClass({
  name: "Textarea",
  traits: { ...textField(), rows: optional(integer(0)) },
}) {}

/** A check box. */
export class Checkbox extends widgetClass({
  name: "Checkbox",
  traits: { ...control(), indent: bool(true), style: part(CheckboxStyle), value: bool(false) },
}) {}

/** A button that stays down until it is pressed again. */
export class ToggleButton extends widgetClass({
  name: "ToggleButton",
  traits: {
    ...control(),
    buttonStyle: oneOf(BUTTON_STYLES, ""),
    icon: text(""),
    style: part(ToggleButtonStyle),
    value: bool(false),
  },
}) {}

/**
 * A button.
 *
 * @example
 * const button = new widgets.Button({ description: "Stop" });
 * button.onClick(() => console.log("stopped"));
 */
export class Button extends widgetClass({
  name: "Button",
  traits: {
    ...visible(),
    buttonStyle: oneOf(BUTTON_STYLES, ""),
    description: text(""),
    disabled: bool(false),
    icon: text(""),
    style: part(ButtonStyle),
  },
}) {
  /** Calls `listener` at each click; returns what stops that. */
  onClick(listener: (button: this) => unknown): () => void {
    return this.onMessage(({ event }) => (event === "click" ? listener(this) : undefined));
  }

  /** Clicks it from here. */
  click(): void {
    this.deliver({ event: "click" });
  }
}

const placeholder = () => ({ ...described(), placeholder: text(PLACEHOLDER), value: text("") });

/** A line of text. */
export class Label extends widgetClass({ name: "Label", traits: { ...placeholder(), style: part(LabelStyle) } }) {
  protected override staticHtml(): string {
    return escapeHtml(this.value);
  }
}

/** HTML, which may change. */
export class HTML extends widgetClass({ name: "HTML", traits: { ...placeholder(), style: part(HTMLStyle) } }) {
  protected override staticHtml(): string {
    return this.value;
  }
}

/** A picture, as the bytes of a file. */
export class Image extends widgetClass({
  name: "Image",
  traits: { ...visible(), format: text("png"), height: textOrNumber(), width: textOrNumber(), value: bytes() },
}) {
  protected override staticHtml(): string {
    const size = [this.width && ` width="${this.width}"`, this.height && ` height="${this.height}"`].join("");
    const data = Buffer.from(this.value).toString("base64");
    return `<img alt="" src="data:image/${escapeHtml(this.format)};base64,${data}"${size}>`;
  }
}

/** Buttons that count from `min` to `max`, one step every `interval` milliseconds; link it to a slider. */
export class Play extends widgetClass({
  name: "Play",
  traits: {
    ...control(),
    interval: integer(100),
    min: integer(0),
    max: integer(100),
    playing: bool(false),
    repeat: bool(false),
    showRepeat: bool(true),
    step: integer(1),
    value: integer(0),
  },
  adjust: keepInRange("Play"),
}) {}
