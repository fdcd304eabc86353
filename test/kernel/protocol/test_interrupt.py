"""Interrupts: whatever a cell does, it ends within a second, and the session lives on."""

from __future__ import annotations

import os
import random
import signal
import time
import unittest
from queue import Empty

from session import PROMPT, TIMEOUT, KernelCase

# A cell's kind of work, and the text by which it shows that it has begun.
KINDS = {
    "a loop": "console.log('begun'); while (true) {}",
    "a loop after an await": "console.log('begun'); await null; while (true) {}",
    "a loop in a timer": "console.log('begun'); await new Promise((resolve) => "
    "setTimeout(() => { while (true) {} }, 20))",
    "a loop in an immediate": "console.log('begun'); await new Promise((resolve) => "
    "setImmediate(() => { while (true) {} }))",
    "a loop in a tick": "console.log('begun'); await new Promise((resolve) => "
    "process.nextTick(() => { while (true) {} }))",
    "a loop of awaits": "console.log('begun'); while (true) await null",
    "a pending await": "console.log('begun'); await new Promise(() => {})",
    "a pending await in a function": "console.log('begun'); async function f() { await "
    "new Promise(() => {}) }\nawait f()",
    "an async loop that prints": (
        "console.log('begun'); for (let i = 0; ; i++) { await new Promise((r) "
        "=> setTimeout(r, 5)); console.log('still', i) }"
    ),
    "a timer that prints": "console.log('begun'); setInterval(() => console.log('still'), "
    "5); await new Promise(() => {})",
    "an async iteration": (
        "console.log('begun'); async function* g() { while (true) yield 1 }\nfor await (const x of g()) { }"
    ),
    "a sleeping iteration": (
        "import { setInterval as every } from 'node:timers/promises'\n"
        "console.log('begun'); for await (const x of every(5)) console.log('still')"
    ),
    "a blocking child process": (
        "import { execSync } from 'node:child_process'\nconsole.log('begun'); execSync('sleep 1000')"
    ),
    "a child process that ignores the signal": (
        "import { execFileSync } from 'node:child_process'\nconsole.log('begun'); "
        "execFileSync('sh', ['-c', 'trap \"\" INT; sleep 1000 & wait; wait'])"
    ),
    "a sleeping thread": ("console.log('begun'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"),
}


class InterruptTests(KernelCase):
    def interrupt(self) -> None:
        self.km.interrupt_kernel()

    def interrupt_often(self, times: int) -> None:
        """Interrupts without a pause that anything could come to its end in."""
        for _ in range(times):
            self.kc.control_channel.send(self.kc.session.msg("interrupt_request", {}))
            time.sleep(0.002)
        for replies in range(times):
            try:
                self.kc.control_channel.get_msg(timeout=TIMEOUT)
            except Empty:
                self.fail(f"{replies} of {times} interrupts were answered.\n{self.silence()}")

    def until(self, msg_id: str, text: str) -> None:
        """Waits until the cell has written `text`."""
        seen = ""
        while text not in seen:
            message = self.kc.get_iopub_msg(timeout=30)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            self.assertNotEqual(message["msg_type"], "error", message["content"])
            if message["msg_type"] == "stream":
                seen += message["content"]["text"]

    def stop(self, code: str) -> None:
        """Runs `code`, interrupts it, and checks all that has to hold then."""
        self.ok("var kept = 41")
        msg_id = self.kc.execute(code)
        self.until(msg_id, "begun")
        time.sleep(0.1)
        begin = time.monotonic()
        self.interrupt()
        ran = self.collect(msg_id)
        taken = time.monotonic() - begin
        self.assertEqual(ran.reply["status"], "error")
        self.assertEqual(ran.error["ename"], "Interrupted")
        self.assertLess(taken, self.limit, "the interrupt took too long")
        # Silent: nothing more of the interrupted cell, below whichever cell.
        late = [m for m in self.iopub(0.3) if m["msg_type"] in ("stream", "display_data", "error")]
        self.assertEqual(late, [])
        begin = time.monotonic()
        self.assertEqual(self.ok("kept + 1").result, "42")
        self.assertLess(time.monotonic() - begin, PROMPT, "the next cell did not run at once")

    # It takes a tenth of a second for most kinds, half of one for a child process.
    limit = PROMPT

    def test_kinds(self) -> None:
        for kind, code in KINDS.items():
            with self.subTest(kind):
                self.stop(code)

    def test_variables_that_were_assigned_remain(self) -> None:
        self.ok("let total = 1; const earlier = 'kept'")
        msg_id = self.kc.execute(
            "const first = 7\nconsole.log('begun')\nwhile (true) {}\nconst earlier = 'new'\nconst unassigned = 1"
        )
        self.until(msg_id, "begun")
        self.interrupt()
        self.collect(msg_id)
        self.assertEqual(self.ok("first").result, "7")
        self.assertEqual(self.run_cell("unassigned").error["ename"], "TS2304")
        self.assertEqual(self.ok("total").result, "1")

    def test_finally_runs_and_code_behind_the_await_does_not(self) -> None:
        self.ok("var cleaned = false; var passed = false")
        msg_id = self.kc.execute(
            "console.log('begun')\ntry { await new Promise(() => {}); passed = true } finally { cleaned = true }"
        )
        self.until(msg_id, "begun")
        self.interrupt()
        self.collect(msg_id)
        self.assertEqual(self.ok("[cleaned, passed]").result, "[ true, false ]")

    def test_signal_of_the_cell(self) -> None:
        """Code that listens to the signal comes to a good end by itself."""
        msg_id = self.kc.execute(
            "var good = false\n"
            "const signal: AbortSignal = (globalThis as any)[Symbol.for('Jupyter.interrupt')]\n"
            "console.log('begun')\n"
            "await new Promise<void>((resolve) => signal.addEventListener('abort', () => "
            "setTimeout(() => { good = true; resolve() }, 50)))"
        )
        self.until(msg_id, "begun")
        self.interrupt()
        self.assertEqual(self.collect(msg_id).error["ename"], "Interrupted")
        self.assertEqual(self.ok("good").result, "true")
        fresh = self.ok("(globalThis as any)[Symbol.for('Jupyter.interrupt')].aborted")
        self.assertEqual(fresh.result, "false", "every cell has a signal of its own")

    def test_fit_stops_at_the_batch(self) -> None:
        self.ok(
            "import * as tf from '@tensorflow/tfjs'\n"
            "function build() { const model = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [4] }), "
            "tf.layers.dense({ units: 1 })] })\nmodel.compile({ optimizer: "
            "'sgd', loss: 'meanSquaredError' })\nreturn model }\n"
            "const model = build()\nconst x = tf.ones([64, 4]); const y = tf.ones([64, 1])"
        )
        for name in ("model", "(globalThis as any).hidden.model"):
            with self.subTest(name):
                self.ok("(globalThis as any).hidden = { model: build() }; var batches = 0")
                msg_id = self.kc.execute(
                    f"await {name}.fit(x, y, {{ epochs: 100000, batchSize: 8, verbose: 0, yieldEvery: 'batch', "
                    "callbacks: { onBatchEnd: () => { if (batches++ === 3) "
                    "console.log('begun') } } })\nconsole.log('past the fit')"
                )
                self.until(msg_id, "begun")
                begin = time.monotonic()
                self.interrupt()
                ran = self.collect(msg_id)
                self.assertLess(time.monotonic() - begin, self.limit)
                self.assertEqual(ran.error["ename"], "Interrupted")
                self.assertNotIn("past the fit", ran.text())
                again = self.ok(
                    f"const history = await {name}.fit(x, y, {{ epochs: 2, verbose: 0 }})\nhistory.epoch.length",
                    timeout=60,
                )
                self.assertEqual(again.result, "2")
                self.assertEqual(self.ok(f"({name}.predict(x) as tf.Tensor).shape").result, "[ 64, 1 ]")

    def test_queued_cells_are_aborted(self) -> None:
        first = self.kc.execute("console.log('begun'); while (true) {}")
        second = self.kc.execute("'must not run'")
        self.until(first, "begun")
        self.interrupt()
        self.assertEqual(self.reply_to(first)["content"]["status"], "error")
        self.assertEqual(self.reply_to(second)["content"]["status"], "aborted")

    def test_many_interrupts(self) -> None:
        """Interrupts during an interrupt, and while the cell ends: none is lost, nothing is left undone."""
        seeded = random.Random(1)
        codes = {
            **KINDS,
            "a cell that ends": "console.log('begun'); await new Promise((resolve) => setTimeout(resolve, 20)); 7",
        }
        for kind in seeded.choices(list(codes), k=24):
            with self.subTest(kind):
                msg_id = self.kc.execute(codes[kind])
                self.until(msg_id, "begun")
                time.sleep(seeded.random() / 20)
                self.interrupt_often(seeded.randint(2, 20))
                self.collect(msg_id, timeout=10)
                self.assertEqual(self.ok("40 + 2").result, "42")

    def test_work_of_a_cell_that_has_ended(self) -> None:
        self.ok("setInterval(() => console.log('ticking'), 20)")
        self.assertTrue([m for m in self.iopub(0.4) if m["msg_type"] == "stream"])
        self.interrupt()
        time.sleep(0.2)
        self.iopub(0.1)
        self.assertEqual([m for m in self.iopub(0.3) if m["msg_type"] == "stream"], [])

    def test_nothing_runs(self) -> None:
        self.interrupt()
        self.interrupt()
        time.sleep(0.5)  # An interrupt and a request go different ways; which arrives first is open.
        self.assertEqual(self.ok("1 + 1").result, "2")


class SignalTests(InterruptTests):
    """The same by SIGINT, which a kernelspec may ask for in place of messages."""

    interrupt_mode = "signal"

    def test_many_signals(self) -> None:
        msg_id = self.kc.execute("console.log('begun'); while (true) {}")
        self.until(msg_id, "begun")
        self.interrupt_often(20)
        self.collect(msg_id)
        self.assertEqual(self.ok("1 + 1").result, "2")

    def test_signals_without_end(self) -> None:
        """Each comes during the one before; none may find the process without a handler, and end it."""
        for _ in range(2000):
            os.kill(self.km.provisioner.process.pid, signal.SIGINT)
            time.sleep(0.0005)
        time.sleep(0.5)
        self.assertEqual(self.ok("1 + 1").result, "2")

    def interrupt_often(self, times: int) -> None:
        for _ in range(times):
            os.kill(self.km.provisioner.process.pid, signal.SIGINT)
            time.sleep(0.002)
        time.sleep(0.5)  # Nothing tells when the last has come.


if __name__ == "__main__":
    unittest.main()
