import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import type { NativeBackend } from "./native";

/** The open sessions of this process. They live in the addon, so they outlive a reload of the helpers. */
const openSessions = sharedAcrossReloads("open-sessions", () => new Set<number>());

/** How many graphs are loaded in this process. */
export function openSessionCount(): number {
  return openSessions.size;
}

/** A TensorFlow graph, loaded and ready to run. */
export class GraphSession {
  private constructor(
    private readonly backend: NativeBackend,
    private readonly id: number,
  ) {
    openSessions.add(id);
  }

  /**
   * Loads a graph. The addon reads SavedModels only from a folder, so the bytes go through a temporary one, which is
   * deleted before this returns.
   *
   * @param savedModel A serialized SavedModel with one graph, tagged `tag`.
   * @throws Error if TensorFlow refuses the graph
   */
  static load(backend: NativeBackend, savedModel: Uint8Array, tag: string): GraphSession {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), `cnn-helpers-graph-${process.pid}-`));
    try {
      fs.writeFileSync(path.join(directory, "saved_model.pb"), savedModel);
      return new GraphSession(backend, backend.binding.loadSavedModel(directory, tag));
    } finally {
      fs.rmSync(directory, { recursive: true, force: true });
    }
  }

  /** Runs the graph. Tensors go in and come out by reference; nothing is copied. */
  run(inputs: { readonly dataId: object }[], inputNames: string, outputNames: string) {
    const { binding } = this.backend;
    const outputs = binding.runSavedModel(this.id, this.backend.getInputTensorIds(inputs), inputNames, outputNames);
    return outputs.map((output) => this.backend.createOutputTensor(output));
  }

  /** Unloads the graph. A second call does nothing. */
  dispose(): void {
    if (openSessions.delete(this.id)) this.backend.binding.deleteSavedModel(this.id);
  }
}
