import { displayedAs } from "../display/bundle";
import type { History } from "../history/history";
import { historyFigure } from "../plots/history";
import { figureBundle } from "../render/plotly/figure-bundle";

/** Makes a history that a kernel also shows, as its figure, if it is a cell's last value. */
export function displayedHistory<Recorded extends History<string>>(history: Recorded): Recorded {
  return displayedAs(history, (recorded) => figureBundle(historyFigure(recorded)));
}
