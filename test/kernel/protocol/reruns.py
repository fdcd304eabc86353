"""
Runs each code cell of notebooks again and again in one kernel, and tells what stays behind: one JSON object a line.

Arguments: the folder that the kernel starts in, how often each cell runs, the seconds after which a cell isn't run
again, the seconds after which no cell is, the longest first run of a cell that is repeated, then the notebooks. Each is
{"notebook", "cell", "runs", "seconds", "tensors": [after the second run, after the last], "rss": [the same, in MB],
"error"}.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from session import KernelCase, manager

MEASURE = """
await (async () => {
  const { tf } = require("cnn-helpers");
  const { releaseUnreachable } = require("cnn-helpers/tf/memory");
  for (let pass = 0; pass < 3; pass++) await releaseUnreachable();
  console.log(JSON.stringify({ tensors: tf.memory().numTensors, rss: process.memoryUsage.rss() / 1e6 }));
})();
"""
# A cell that trains for an epoch on all the data.
TIMEOUT = 600


class Kernel(KernelCase):
    def runTest(self) -> None:
        """Nothing: this is a client, not a test."""

    def start(self, folder: str) -> None:
        self.km = manager()
        self.km.start_kernel(cwd=folder)
        self.kc = self.km.blocking_client()
        self.kc.start_channels()
        self.kc.wait_for_ready(timeout=TIMEOUT)

    def stop(self) -> None:
        self.kc.stop_channels()
        self.km.shutdown_kernel(now=True)

    def rss(self) -> float:
        """Megabytes of the process."""
        with open(f"/proc/{self.km.provisioner.process.pid}/statm") as file:
            return int(file.read().split()[1]) * 4096 / 1e6

    def run_source(self, source: str) -> str | None:
        """Runs a cell; returns its error."""
        ran = self.run_cell(source, timeout=TIMEOUT)
        return None if ran.reply["status"] == "ok" else f"{ran.reply['ename']}: {ran.reply['evalue']}"

    def measure(self) -> tuple[int, float]:
        measured = json.loads(self.ok(MEASURE).text())
        return measured["tensors"], measured["rss"]

    def repeat(self, source: str, times: int, most_seconds: float, longest: float, deadline: float) -> dict:
        started = time.monotonic()
        error = self.run_source(source)
        first = time.monotonic() - started
        found = {"runs": 1, "seconds": round(first, 2), "tensors": [], "rss": [], "error": error}
        if error is not None or first > longest or started > deadline:
            return found
        for run in range(2, times + 1):
            error = self.run_source(source)
            found["runs"] = run
            if error is not None:
                return {**found, "error": f"run {run}: {error}"}
            is_last = run == times or (run > 3 and time.monotonic() - started > most_seconds)
            if run == 2 or is_last:
                tensors, rss = self.measure()
                found["tensors"].append(tensors)
                found["rss"].append(round(rss, 1))
            if is_last:
                break
        return found


def code_cells(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def main(folder: str, times: str, most_seconds: str, total_seconds: str, longest: str, *notebooks: str) -> None:
    kernel = Kernel()
    kernel.start(folder)
    deadline = time.monotonic() + float(total_seconds)
    try:
        for notebook in map(Path, notebooks):
            for number, source in enumerate(code_cells(notebook), start=1):
                found = kernel.repeat(source, int(times), float(most_seconds), float(longest), deadline)
                print(json.dumps({"notebook": notebook.name, "cell": number, **found}), flush=True)
    finally:
        kernel.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
