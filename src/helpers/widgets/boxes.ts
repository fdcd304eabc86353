import { visible } from "./common";
import { integer, oneOf, optional, strings, widgetArray } from "./traits";
import { Widget, widgetClass } from "./widget";

const box = () => ({
  ...visible(),
  boxStyle: oneOf(["success", "info", "warning", "danger", ""], ""),
  children: widgetArray(),
});
const pages = () => ({ ...box(), selectedIndex: optional(integer(0)), titles: strings() });

/** Its children's static pictures, below each other. */
const picturesOf = ({ children }: HBox | VBox | GridBox | Tab | Accordion): string =>
  children.map((child) => `<div>${Widget.pictureOf(child)}</div>`).join("");

/**
 * Widgets side by side.
 *
 * @example new widgets.HBox({ children: [new widgets.Label({ value: "k" }), new widgets.IntSlider()] })
 */
export class HBox extends widgetClass({ name: "HBox", traits: box() }) {
  protected override staticHtml(): string {
    return picturesOf(this);
  }
}

/** Widgets below each other. */
export class VBox extends widgetClass({ name: "VBox", traits: box() }) {
  protected override staticHtml(): string {
    return picturesOf(this);
  }
}

/** Widgets in the grid that the layout describes. */
export class GridBox extends widgetClass({ name: "GridBox", traits: box() }) {
  protected override staticHtml(): string {
    return picturesOf(this);
  }
}

/** Widgets on pages with tabs. */
export class Tab extends widgetClass({ name: "Tab", traits: pages() }) {
  protected override staticHtml(): string {
    return picturesOf(this);
  }
}

/** Widgets below titles that fold. */
export class Accordion extends widgetClass({ name: "Accordion", traits: pages() }) {
  protected override staticHtml(): string {
    return picturesOf(this);
  }
}
