"""Interrupts at the edges: native code, an idle kernel, cells that were sent around an error."""

from __future__ import annotations

import subprocess
import time
import unittest

from session import TIMEOUT, KernelCase, manager


class NativeCodeTests(unittest.TestCase):
    def test_a_native_call_is_reported_and_a_second_interrupt_ends_the_kernel(self) -> None:
        km = manager()
        km.start_kernel()
        client = km.blocking_client()
        client.start_channels()
        self.addCleanup(km.shutdown_kernel, now=True)
        self.addCleanup(client.stop_channels)
        client.wait_for_ready(timeout=TIMEOUT)
        msg_id = client.execute("console.log('begun'); require('crypto').pbkdf2Sync('p', 's', 1e9, 64, 'sha512')")
        self.wait_for(client, msg_id, "begun")
        begin = time.monotonic()
        km.interrupt_kernel()
        self.wait_for(client, msg_id, "inside a native function. Interrupt again to end the kernel")
        self.assertLess(time.monotonic() - begin, 5)
        time.sleep(1)
        km.interrupt_kernel()
        while (reply := client.get_shell_msg(timeout=TIMEOUT))["parent_header"]["msg_id"] != msg_id:
            pass
        self.assertEqual((reply["content"]["status"], reply["content"]["ename"]), ("error", "KernelEnded"))
        km.provisioner.process.wait(10)

    def wait_for(self, client, msg_id: str, text: str) -> None:
        seen = ""
        while text not in seen:
            message = client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == msg_id and message["msg_type"] == "stream":
                seen += message["content"]["text"]


class IdleTests(KernelCase):
    def test_an_interrupt_of_an_idle_kernel_does_not_end_the_next_cell(self) -> None:
        self.ok("1")
        for code in (
            "await new Promise((done) => setTimeout(done, 200)); 'whole'",
            "for (const end = Date.now() + 200; Date.now() < end;);\n'whole'",
            "'whole'",
        ):
            for _ in range(5):
                with self.subTest(code):
                    self.control("interrupt_request")
                    self.assertEqual(self.ok(code).result, "'whole'")

    def test_the_cell_after_an_interrupted_import_runs(self) -> None:
        (self.folder / "endless.js").write_text("console.log('begun'); while (true) {}\n")
        for _ in range(3):
            msg_id = self.kc.execute("import './endless.js'")
            time.sleep(1.5)
            self.km.interrupt_kernel()
            self.assertEqual(self.collect(msg_id).error["ename"], "Interrupted")
            self.assertEqual(self.ok("'next'").result, "'next'")

    def test_a_promise_that_never_settles_can_be_interrupted(self) -> None:
        for code in ("new Promise(() => {})", "({ then() {} })"):
            with self.subTest(code):
                msg_id = self.kc.execute(code)
                time.sleep(2)
                self.km.interrupt_kernel()
                ran = self.collect(msg_id)
                self.assertEqual(ran.error["ename"], "Interrupted")
                self.assertIn("Waiting for the promise", ran.text("stderr"))
                self.assertEqual(self.ok("1 + 1").result, "2")
        quick = self.ok("new Promise((done) => setTimeout(done, 300, 7))")
        self.assertEqual((quick.result, quick.text("stderr")), ("7", ""))

    def test_a_cell_sent_after_the_error_runs(self) -> None:
        for round_number in range(10):
            with self.subTest(round=round_number):
                first = self.kc.execute("await new Promise((done) => setTimeout(done, 20)); throw new Error('x')")
                while True:
                    message = self.kc.get_iopub_msg(timeout=TIMEOUT)
                    if message["parent_header"].get("msg_id") == first and message["msg_type"] == "error":
                        break
                self.assertEqual(self.reply_to(first)["content"]["status"], "error")
                second = self.kc.execute("'ran'")
                self.assertEqual(self.reply_to(second)["content"]["status"], "ok")


class TerminateTests(unittest.TestCase):
    def test_sigterm_ends_child_processes(self) -> None:
        km = manager()
        km.start_kernel()
        client = km.blocking_client()
        client.start_channels()
        self.addCleanup(client.stop_channels)
        client.wait_for_ready(timeout=TIMEOUT)
        found = []
        client.execute_interactive(
            "import { spawn } from 'node:child_process'\nconsole.log(spawn('sleep', ['1000']).pid)",
            timeout=TIMEOUT,
            output_hook=lambda message: found.append(message["content"].get("text", "")),
        )
        (pid,) = [int(text) for text in found if text.strip().isdigit()]
        km.provisioner.process.terminate()
        km.provisioner.process.wait(10)
        time.sleep(0.5)
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
        self.assertTrue(state == "" or state.startswith("Z"), state)


if __name__ == "__main__":
    unittest.main()
