/** Draws figures and pictures without a browser: fonts, PNG, SVG, Plotly. */
export type { Figure } from "./plotly/figure";
