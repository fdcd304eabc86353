import type { MimeBundle } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { bundleOf } from "../show/bundle-of";
import { visible } from "./common";
import { json, text } from "./traits";
import { widgetClass } from "./widget";

/** One output as notebooks store it (nbformat 4.5). */
export type OutputItem =
  | { readonly output_type: "display_data"; readonly data: MimeBundle; readonly metadata: object }
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/**
 * A place for outputs, which can be replaced.
 *
 * @example
 * const output = new widgets.Output();
 * await output.show(tf.tensor([1, 2, 3]));
 */
export class Output extends widgetClass({
  name: "Output",
  module: "output",
  traits: { ...visible(), msgId: text(""), outputs: json<readonly OutputItem[]>([]) },
}) {
  /** Replaces what is there by `values`, each as the helper `show` shows it. */
  async show(...values: unknown[]): Promise<void> {
    this.outputs = await Promise.all(values.map(async (value) => displayData(await bundleOf(value))));
  }

  /** Adds text. */
  appendStdout(text: string): void {
    this.outputs = [...this.outputs, { output_type: "stream", name: "stdout", text }];
  }

  /** Removes what is there. */
  clear(): void {
    this.outputs = [];
  }

  protected override staticHtml(): string {
    return this.outputs.map(outputHtml).join("");
  }
}

/** A bundle as a notebook stores it. */
export function displayData(data: MimeBundle): OutputItem {
  return { output_type: "display_data", data, metadata: {} };
}

function outputHtml(item: OutputItem): string {
  if (item.output_type === "stream") return `<pre>${escapeHtml(item.text)}</pre>`;
  if (item.output_type === "error") return `<pre>${escapeHtml(`${item.ename}: ${item.evalue}`)}</pre>`;
  return bundleHtml(item.data);
}

/** The bundle's picture, text or table as HTML. */
export function bundleHtml(data: MimeBundle): string {
  if (typeof data["image/svg+xml"] === "string") return data["image/svg+xml"];
  if (typeof data["image/png"] === "string") return `<img alt="" src="data:image/png;base64,${data["image/png"]}">`;
  if (typeof data["text/html"] === "string") return data["text/html"];
  return `<pre>${escapeHtml(data["text/plain"])}</pre>`;
}
