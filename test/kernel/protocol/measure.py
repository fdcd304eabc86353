"""
Measures kernels: `python test/kernel/protocol/measure.py [own|tslab|NAME …] [--memory]`. `tslab` is the unmodified
one, NAME any installed kernelspec, such as `python3` or `deno`. Not a test: figures depend on the machine.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from jupyter_client.manager import KernelManager
from session import NODE, ROOT, manager

STARTS = 5
CELLS = 100
MEMORY_CELLS = 10_000
CODE = {
    "typescript": {
        "trivial": "{} + 1",
        "output": "for (let i = 0; i < 100000; i++) console.log('x'.repeat(99))",
        "import": "import * as tf from '@tensorflow/tfjs-node'\nconst model = tf.sequential()",
        "complete": "model.",
        "cell": "const a{} = {}\na{}",
    },
    # Native addons are not what Deno is for: a module of Node stands in for tfjs-node.
    "deno": {
        "trivial": "{} + 1",
        "output": "for (let i = 0; i < 100000; i++) console.log('x'.repeat(99))",
        "import": "import * as model from 'node:fs'",
        "complete": "model.",
        "cell": "let a{} = {}\na{}",
    },
    "python": {
        "trivial": "{} + 1",
        "output": "for i in range(100000): print('x' * 99)",
        "import": "import json as model",
        "complete": "model.",
        "cell": "a{} = {}\na{}",
    },
}


def make(kind: str) -> tuple[KernelManager, dict[str, str]]:
    if kind not in ("own", "tslab"):
        km = KernelManager(kernel_name=kind)
        return km, CODE.get(kind) or CODE[km.kernel_spec.language]
    km = manager("signal" if kind == "tslab" else "message")
    if kind == "tslab":
        km.kernel_spec.argv = [
            NODE,
            str(ROOT / "node_modules/tslab/bin/tslab"),
            "kernel",
            "--config-path={connection_file}",
        ]
    return km, CODE["typescript"]


class Started:
    def __init__(self, kind: str) -> None:
        begin = time.monotonic()
        self.km, self.code = make(kind)
        self.km.start_kernel(cwd=str(ROOT / "notebooks"))
        self.kc = self.km.blocking_client()
        self.kc.start_channels()
        self.kc.wait_for_ready(timeout=120)
        self.ready = time.monotonic() - begin
        self.run(self.code["trivial"].format(0))
        self.first = time.monotonic() - begin

    def run(self, code: str, timeout: float = 300) -> tuple[float, int]:
        """Seconds until the reply and idle, and the characters of stdout."""
        begin = time.monotonic()
        size = 0

        def count(message: dict) -> None:
            nonlocal size
            if message["msg_type"] == "stream":
                size += len(message["content"]["text"])

        reply = self.kc.execute_interactive(code, output_hook=count, timeout=timeout)
        assert reply["content"]["status"] == "ok", reply["content"]
        return time.monotonic() - begin, size

    def memory(self) -> int:
        pid = self.km.provisioner.process.pid
        return int(subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True).stdout) // 1024

    def stop(self) -> None:
        self.kc.stop_channels()
        self.km.shutdown_kernel(now=True)


def measure(kind: str) -> None:
    print(f"== {kind}", flush=True)
    starts = []
    for _ in range(STARTS):
        kernel = Started(kind)
        starts.append((kernel.ready, kernel.first))
        kernel.stop()
    print(
        f"start until ready {min(r for r, _ in starts):.2f} s, until the first cell "
        f"is done {min(f for _, f in starts):.2f} s (best of {STARTS})"
    )
    kernel = Started(kind)
    times = sorted(kernel.run(kernel.code["trivial"].format(index))[0] for index in range(CELLS))
    print(
        f"trivial cell: median {statistics.median(times) * 1000:.1f} ms, 95 % {times[int(CELLS * 0.95)] * 1000:.1f} ms"
    )
    try:
        seconds, size = kernel.run(kernel.code["output"], timeout=60)
        print(f"10 MB of stdout: {size / 1e6:.1f} MB in {seconds:.2f} s")
    except TimeoutError:
        print("10 MB of stdout: not done in 60 s")
        kernel.stop()
        kernel = Started(kind)
    print(
        f"first import of tfjs-node (of a module of the standard library in Python "
        f"and Deno): {kernel.run(kernel.code['import'])[0]:.2f} s"
    )
    times = sorted(kernel.run(kernel.code["trivial"].format(index))[0] for index in range(CELLS))
    print(f"trivial cell then: median {statistics.median(times) * 1000:.1f} ms")
    times = []
    for _ in range(20):
        begin = time.monotonic()
        kernel.kc.complete(kernel.code["complete"], reply=True, timeout=60)
        times.append(time.monotonic() - begin)
    print(f"completion then: first {times[0] * 1000:.0f} ms, median {statistics.median(times) * 1000:.0f} ms")
    kernel.stop()
    if "--memory" in sys.argv:
        kernel = Started(kind)
        for index in range(MEMORY_CELLS + 1):
            if index % (MEMORY_CELLS // 10) == 0:
                print(f"memory after {index} cells: {kernel.memory()} MB", flush=True)
            kernel.run(kernel.code["cell"].format(index % 50, index, index % 50))
        kernel.stop()


if __name__ == "__main__":
    for name in [name for name in sys.argv[1:] if not name.startswith("--")] or ["own", "tslab", "python3"]:
        measure(name)
