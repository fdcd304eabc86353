/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The script in each explorer's output: starts every explorer on the page that hasn't started yet. */
import { CONFIG_ATTRIBUTE, type ExplorerConfig } from "../config";
import { mount } from "./explorer";

for (const host of document.querySelectorAll<HTMLElement>(`[${CONFIG_ATTRIBUTE}]`)) {
  if (host.shadowRoot === null) mount(host, JSON.parse(host.getAttribute(CONFIG_ATTRIBUTE)!) as ExplorerConfig);
}
