import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { NativeBackend } from "./native";

/**
 * The sessions that are open in this process. Kept on `globalThis`, since an edit loads the helpers anew while the
 * sessions of the earlier load live on in the addon.
 */
const OPEN_SESSIONS = Symbol.for("cnn-helpers.open-sessions");
const openSessions: Set<number> = ((globalThis as { [OPEN_SESSIONS]?: Set<number> })[OPEN_SESSIONS] ??= new Set());

/** How many graphs are loaded in this process. */
export function openSessionCount(): number {
  return openSessions.size;
}

/** A TensorFlow graph, loaded and ready to run. */
export class Session {
  private constructor(
    private readonly backend: NativeBackend,
    private readonly id: number,
  ) {
    openSessions.add(id);
  }

  /**
   * Loads a graph. The addon reads SavedModels from a folder only, so the bytes go through a temporary one that is
   * gone when this returns.
   *
   * @param savedModel A serialized SavedModel with one graph, tagged `tag`.
   * @throws when TensorFlow refuses the graph.
   */
  static load(backend: NativeBackend, savedModel: Uint8Array, tag: string): Session {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), `cnn-helpers-graph-${process.pid}-`));
    try {
      fs.writeFileSync(path.join(directory, "saved_model.pb"), savedModel);
      return new Session(backend, backend.binding.loadSavedModel(directory, tag));
    } finally {
      fs.rmSync(directory, { recursive: true, force: true });
    }
  }

  /** Runs the graph. Tensors are handed over and come back by reference; nothing is copied. */
  run(inputs: { readonly dataId: object }[], inputNames: string, outputNames: string) {
    const { binding } = this.backend;
    const outputs = binding.runSavedModel(this.id, this.backend.getInputTensorIds(inputs), inputNames, outputNames);
    return outputs.map((output) => this.backend.createOutputTensor(output));
  }

  /** Unloads the graph. Doing it twice does nothing. */
  dispose(): void {
    if (openSessions.delete(this.id)) this.backend.binding.deleteSavedModel(this.id);
  }
}
