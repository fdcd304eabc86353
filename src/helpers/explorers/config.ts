import type { ExplorerInput } from "./inputs";
import type { Setting } from "./setting";

/** What the page hands to the explorer's script: the inputs to choose from and the setting to begin with. */
export interface ExplorerConfig {
  readonly inputs: readonly ExplorerInput[];
  /** Its input is the first of `inputs`. */
  readonly setting: Setting;
}

/** The element that becomes an explorer carries its configuration here, as JSON. */
export const CONFIG_ATTRIBUTE = "data-cnn-explorer";
