"""
Runs random cells of notebooks on one kernel after the other, with interrupts and restarts: one JSON object a line.

Arguments: the folder that kernels start in, the seed, how many cells run, then the notebooks. A notebook's cells run
from the first to a random one; then comes another notebook, in the same kernel or, after a restart, in a new one.
Events: {"event": "failure", "notebook", "cell", "run", "error"}, {"event": "memory", "run", "rss"} (MB, every 50 cells)
and {"event": "end", "cells", "interrupts", "restarts", "failures"}.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from pathlib import Path

from reruns import Kernel, code_cells

INTERRUPTED_SHARE = 0.08
RESTARTED_SHARE = 0.3
MEMORY_EVERY = 50
# Seconds after which a cell is interrupted, at most.
LATEST_INTERRUPT = 1.5


def report(event: str, **details: object) -> None:
    print(json.dumps({"event": event, **details}), flush=True)


class Soak:
    def __init__(self, folder: str, seed: int, cells: int, notebooks: list[Path]) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.cells = cells
        self.notebooks = notebooks
        self.counts = {"cells": 0, "interrupts": 0, "restarts": 0, "failures": 0}
        self.kernel = Kernel()
        self.kernel.start(folder)

    def run(self) -> None:
        while self.counts["cells"] < self.cells:
            if self.random.random() < RESTARTED_SHARE:
                self.restart()
            notebook = self.random.choice(self.notebooks)
            sources = code_cells(notebook)
            last = self.random.randint(1, len(sources))
            for number, source in enumerate(sources[:last], start=1):
                if self.counts["cells"] >= self.cells:
                    break
                if not self.run_one(notebook, number, source):
                    break
        self.kernel.stop()
        report("end", **self.counts)

    def run_one(self, notebook: Path, number: int, source: str) -> bool:
        """Runs a cell; one that is interrupted runs again. Returns whether the next one makes sense."""
        self.counts["cells"] += 1
        if self.random.random() < INTERRUPTED_SHARE:
            self.interrupted(source)
        try:
            error = self.kernel.run_source(source)
        except Exception as exception:  # A kernel that is dead or silent is what this looks for.
            error = f"{type(exception).__name__}: {exception}"
        if self.counts["cells"] % MEMORY_EVERY == 0:
            report("memory", run=self.counts["cells"], rss=round(self.kernel.rss(), 1))
        if error is None:
            return True
        self.counts["failures"] += 1
        report("failure", notebook=notebook.name, cell=number, run=self.counts["cells"], error=error)
        if not self.kernel.km.is_alive() or error.startswith("Empty"):
            self.restart()
        return False

    def interrupted(self, source: str) -> None:
        self.counts["interrupts"] += 1
        timer = threading.Timer(self.random.random() * LATEST_INTERRUPT, self.kernel.km.interrupt_kernel)
        timer.start()
        # Whether it was in time doesn't matter.
        self.kernel.run_source(source)
        timer.cancel()
        timer.join()
        # An interrupt that came after the cell's end has no cell to end.
        time.sleep(0.1)

    def restart(self) -> None:
        self.counts["restarts"] += 1
        self.kernel.stop()
        self.kernel = Kernel()
        self.kernel.start(self.folder)


def main(folder: str, seed: str, cells: str, *notebooks: str) -> None:
    Soak(folder, int(seed), int(cells), [Path(notebook) for notebook in notebooks]).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
