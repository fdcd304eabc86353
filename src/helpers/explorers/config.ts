import type { ExplorerInput } from "./inputs";
import type { Setting } from "./setting";

/** What the page passes to the explorer's script: the inputs to choose from and the initial setting. */
export interface ExplorerConfig {
  readonly inputs: readonly ExplorerInput[];
  /** Its input is the first of `inputs`. */
  readonly setting: Setting;
}

/** The attribute that marks an explorer's element and holds its configuration as JSON. */
export const CONFIG_ATTRIBUTE = "data-cnn-explorer";
