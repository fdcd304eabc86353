import { oneOf, optional, text, type Trait } from "./traits";
import { widgetClass } from "./widget";

const css = (): Trait<string | null> => optional(text(""));
const keywords = <const T extends string>(...choices: T[]): Trait<T | "inherit" | "initial" | "unset" | null> =>
  optional(oneOf([...choices, "inherit", "initial", "unset"], "inherit"));

/** Where a widget stands and how large it is: CSS properties, as ipywidgets' `Layout` has them. */
export class Layout extends widgetClass({
  name: "Layout",
  module: "base",
  traits: {
    alignContent: keywords(
      "flex-start",
      "flex-end",
      "center",
      "space-between",
      "space-around",
      "space-evenly",
      "stretch",
    ),
    alignItems: keywords("flex-start", "flex-end", "center", "baseline", "stretch"),
    alignSelf: keywords("auto", "flex-start", "flex-end", "center", "baseline", "stretch"),
    borderBottom: css(),
    borderLeft: css(),
    borderRight: css(),
    borderTop: css(),
    bottom: css(),
    display: css(),
    flex: css(),
    flexFlow: css(),
    gridArea: css(),
    gridAutoColumns: css(),
    gridAutoFlow: keywords("column", "row", "row dense", "column dense"),
    gridAutoRows: css(),
    gridColumn: css(),
    gridGap: css(),
    gridRow: css(),
    gridTemplateAreas: css(),
    gridTemplateColumns: css(),
    gridTemplateRows: css(),
    height: css(),
    justifyContent: keywords("flex-start", "flex-end", "center", "space-between", "space-around"),
    justifyItems: keywords("flex-start", "flex-end", "center"),
    left: css(),
    margin: css(),
    maxHeight: css(),
    maxWidth: css(),
    minHeight: css(),
    minWidth: css(),
    objectFit: optional(oneOf(["contain", "cover", "fill", "scale-down", "none"], "contain")),
    objectPosition: css(),
    order: css(),
    overflow: css(),
    padding: css(),
    right: css(),
    top: css(),
    visibility: keywords("visible", "hidden"),
    width: css(),
  },
}) {}

const styleClass = <T extends Record<string, Trait<unknown>>>(name: string, traits: T) =>
  widgetClass({ name, view: "StyleView", viewModule: "base", traits: { descriptionWidth: text(""), ...traits } });

const font = () => ({
  fontFamily: css(),
  fontSize: css(),
  fontStyle: css(),
  fontVariant: css(),
  fontWeight: css(),
  textColor: css(),
  textDecoration: css(),
});

/** How the description of a widget looks. */
export class DescriptionStyle extends styleClass("DescriptionStyle", {}) {}
/** How a slider looks. */
export class SliderStyle extends styleClass("SliderStyle", { handleColor: css() }) {}
/** How a progress bar looks. */
export class ProgressStyle extends styleClass("ProgressStyle", { barColor: css() }) {}
/** How a check box looks. */
export class CheckboxStyle extends styleClass("CheckboxStyle", { background: css() }) {}
/** How a toggle button looks. */
export class ToggleButtonStyle extends styleClass("ToggleButtonStyle", font()) {}
/** How a row of toggle buttons looks. */
export class ToggleButtonsStyle extends styleClass("ToggleButtonsStyle", {
  buttonWidth: text(""),
  fontWeight: text(""),
}) {}
/** How a text field looks. */
export class TextStyle extends styleClass("TextStyle", { background: css(), fontSize: css(), textColor: css() }) {}
/** How HTML looks. */
export class HTMLStyle extends styleClass("HTMLStyle", { background: css(), fontSize: css(), textColor: css() }) {}
/** How a label looks. */
export class LabelStyle extends styleClass("LabelStyle", { background: css(), ...font() }) {}
/** How a button looks. */
export class ButtonStyle extends widgetClass({
  name: "ButtonStyle",
  view: "StyleView",
  viewModule: "base",
  traits: { buttonColor: css(), ...font() },
}) {}
