import { showLive, type LiveDisplay } from "../show";
import { bundleOf } from "../show/bundle-of";
import { Button, HTML, VBox } from "../widgets";
import { isInteractive } from "../widgets/kernel-comms";
import { bundleHtml } from "../widgets/output";

/** The display of something that runs for a while and can be stopped. */
export interface StoppableDisplay extends LiveDisplay {
  /** Leaves the last value as the output, without the button. */
  close(): Promise<void>;
}

/**
 * Shows a value as an output that can be replaced, with a Stop button below it if somebody is there to click it.
 *
 * @param stop called when the button is clicked; what runs may take a moment to stop
 */
export async function stoppableDisplay(first: unknown, stop: () => void): Promise<StoppableDisplay> {
  if (!isInteractive()) return { ...(await showLive(first)), async close() {} };
  // A view of its own would be built anew at each update and flicker; this one only gets another text.
  const picture = new HTML({ value: bundleHtml(await bundleOf(first)) });
  const button = new Button({ description: "Stop", icon: "stop", tooltip: "End the training after this batch" });
  button.onClick(() => {
    button.disabled = true;
    button.description = "Stopping …";
    stop();
  });
  const box = new VBox({ children: [picture, button] });
  const display = await showLive(box);
  let last = first;
  return {
    async update(value) {
      last = value;
      picture.value = bundleHtml(await bundleOf(value));
    },
    async close() {
      await display.update(last);
      for (const widget of [box, button, picture]) widget.close();
    },
  };
}
