/** Makes kernels show tensors, models and arquero tables as `show` does, also if they are a cell's last value. */
import { LayersModel, Tensor } from "@tensorflow/tfjs";
import { ColumnTable } from "arquero";
import { displayedAs, JUPYTER_DISPLAY } from "../display/bundle";
import { tableView } from "../tables/table-view";
import { modelBundle } from "./model-view";
import { tensorBundle } from "./tensor-view";

displayedAs(Tensor.prototype, tensorBundle);
displayedAs(LayersModel.prototype, modelBundle);
displayedAs(ColumnTable.prototype, (table) => tableView(table)[JUPYTER_DISPLAY]());
