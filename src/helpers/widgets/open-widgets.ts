import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import type { SplitState } from "./buffers";
import { kernelComms } from "./kernel-comms";

/** Through this comm a front end that has just connected, such as a page loaded again, asks for all widgets. */
const CONTROL_TARGET = "jupyter.widget.control";

interface OpenWidget {
  splitState(): SplitState;
}

const shared = sharedAcrossReloads("widgets", () => ({ open: new Map<string, OpenWidget>(), answersFrontEnds: false }));

/** The widgets that have views or may get some, by model id. */
export const openWidgets: Map<string, OpenWidget> = shared.open;

/** Answers front ends that ask which widgets there are. */
export function answerFrontEnds(): void {
  if (shared.answersFrontEnds) return;
  shared.answersFrontEnds = true;
  kernelComms()?.registerTarget(CONTROL_TARGET, (comm) => {
    comm.onMessage(({ data }) => {
      if (data.method !== "request_states") return;
      const states: Record<string, object> = {};
      const paths: unknown[] = [];
      const buffers: Uint8Array[] = [];
      for (const [id, widget] of openWidgets) {
        const split = widget.splitState();
        const { _model_name, _model_module, _model_module_version } = split.state;
        states[id] = {
          model_name: _model_name,
          model_module: _model_module,
          model_module_version: _model_module_version,
          state: split.state,
        };
        paths.push(...split.paths.map((path) => [id, "state", ...path]));
        buffers.push(...split.buffers);
      }
      comm.send({ method: "update_states", states, buffer_paths: paths }, {}, buffers);
    });
  });
}
