/** Saving and loading models by plain path. */
import { takePlainPaths } from "./plain-paths";

takePlainPaths();

export { loadModel, loadWeights } from "./load-model";
export { saveModel } from "./save-model";
