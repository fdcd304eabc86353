/** Draws without a browser: fonts, PNG, SVG and Plotly figures. */
export type { Figure } from "./plotly/figure";
