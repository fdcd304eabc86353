/** The same small inputs for every test of tables. */
import * as aq from "arquero";
import {
  classificationReport,
  historyTable,
  layerTable,
  predictionTable,
  runsTable,
  tableView,
  type TableView,
} from "../../../src/helpers/tables";
import { counts, history } from "../plots/samples";

/** One table of each kind, by name. */
export const tables: Record<string, () => TableView> = {
  history: () => historyTable(history),
  layers: () =>
    layerTable([
      { layer: "conv2d", type: "Conv2D", outputShape: "(None, 28, 28, 16)", parameters: 160 },
      { layer: "dense", type: "Dense", outputShape: "(None, 10)", parameters: 288_106 },
    ]),
  classification: () => classificationReport(counts, { labels: ["cat", "dog", "owl"] }),
  predictions: () =>
    predictionTable(
      [
        [0.7, 0.2, 0.1],
        [0.05, 0.05, 0.9],
      ],
      [0, 1],
      { classNames: ["cat", "dog", "owl"] },
    ),
  runs: () => runsTable({ "lr 0.01": history, short: { epoch: [0], history: { loss: [0.5] } } }),
  limited: () =>
    tableView(
      aq.table({
        이름: Array.from({ length: 1500 }, (_, index) => `행 ${index}`),
        seconds: Array.from({ length: 1500 }, (_, index) => index / 8),
      }),
      {
        caption: "Many rows",
        limit: 3,
        units: { seconds: "s" },
        digits: 2,
      },
    ),
};
