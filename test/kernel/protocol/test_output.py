"""Output: of child processes and native code, and more than the clients can read."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import zmq
from session import PROMPT, ROOT, TIMEOUT, KernelCase, manager


class ProcessOutputTests(KernelCase):
    """What is written to the process's file descriptors appears in the cell that ran."""

    def test_child_processes(self) -> None:
        self.ok("import { execSync, fork, spawn, spawnSync } from 'node:child_process'\nimport fs from 'node:fs'")
        kinds = {
            "execSync": "execSync('echo out; echo err >&2', { stdio: 'inherit' })",
            "spawnSync": "spawnSync('sh', ['-c', 'echo out; echo err >&2'], { stdio: 'inherit' })",
            "spawn": (
                "await new Promise((done) => spawn('sh', ['-c', 'echo out; echo "
                "err >&2'], { stdio: 'inherit' }).on('close', done))"
            ),
            "fork": (
                "fs.writeFileSync('child.cjs', \"console.log('out'); console.error('err')\")\n"
                "await new Promise((done) => fork('./child.cjs').on('close', done))"
            ),
            "descriptors": "void [fs.writeSync(1, 'out\\n'), fs.writeSync(2, 'err\\n')]",
            "/dev/stdout": "execSync('echo out > /dev/stdout; echo err > /dev/stderr', { stdio: 'inherit' })",
        }
        for kind, code in kinds.items():
            with self.subTest(kind):
                ran = self.ok(code)
                self.assertEqual(ran.text(), "out\n")
                self.assertIn("err\n", ran.text("stderr"))

    def test_order_with_the_cells_own_output(self) -> None:
        ran = self.ok(
            "import { execSync } from 'node:child_process'\n"
            "for (let i = 0; i < 3; i++) {\n"
            "  console.log('before', i); await new Promise((done) => setTimeout(done, 100))\n"
            "  execSync(`echo child ${i}`, { stdio: 'inherit' }); console.log('after', i)\n}"
        )
        self.assertEqual(ran.text(), "".join(f"before {i}\nchild {i}\nafter {i}\n" for i in range(3)))

    def test_much_output_of_a_child_arrives_whole(self) -> None:
        ran = self.ok(
            "import { execSync } from 'node:child_process'\nexecSync('seq 1 "
            "500000', { stdio: 'inherit' }); console.log('end')"
        )
        self.assertEqual(ran.text(), "".join(f"{i}\n" for i in range(1, 500_001)) + "end\n")

    def test_output_after_the_cell_belongs_to_the_latest_cell(self) -> None:
        self.ok(
            "import { spawn } from 'node:child_process'\nvoid spawn('sh', ['-c', "
            "'sleep 0.5; echo late'], { stdio: 'inherit' })"
        )
        self.assertEqual(self.ok("await new Promise((done) => setTimeout(done, 1500))").text(), "late\n")

    def test_characters_that_are_split_between_reads(self) -> None:
        text = self.ok(
            "import { execSync } from 'node:child_process'\n"
            'execSync("node -e \\"process.stdout.write(\'\u20ac\u00e9\U0001f600\'.repeat(100000))\\"", '
            "{ stdio: 'inherit' })"
        ).text()
        self.assertEqual(text, "\u20ac\u00e9\U0001f600" * 100_000)


def peak_megabytes(pid: int) -> float:
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


@unittest.skipUnless(Path("/proc/self/status").exists(), "memory is read from /proc, which this system doesn't have")
class LogTests(unittest.TestCase):
    """The kernel's own messages go to the standard error stream that it was started with."""

    def started(self, stderr: object, **environment: str):
        km = manager()
        km.start_kernel(cwd=str(ROOT), stderr=stderr, env={**os.environ, **environment})
        client = km.blocking_client()
        client.start_channels()
        self.addCleanup(km.shutdown_kernel, now=True)
        self.addCleanup(client.stop_channels)
        client.wait_for_ready(timeout=TIMEOUT)
        return client

    def send_unknown(self, client, number: int = 1) -> None:
        for _ in range(number):
            client.control_channel.send(client.session.msg("made_up_request" * 100))

    def test_a_socket_whose_reader_starts_late(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="slow-cat-"))
        slow = folder / "cat"
        slow.write_text(f'#!/bin/sh\nsleep 0.5\nexec {shutil.which("cat")} "$@"\n')
        slow.chmod(0o755)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.settimeout(TIMEOUT)
            client = self.started(theirs, PATH=f"{folder}:{os.environ['PATH']}")
            self.send_unknown(client)
            self.assertIn(b"made_up_request", ours.recv(4096))

    def test_a_log_that_nobody_reads_holds_nothing_up(self) -> None:
        for kind in ("socket", "pipe"):
            with self.subTest(kind):
                reader, writer = os.pipe() if kind == "pipe" else (end.detach() for end in socket.socketpair())
                self.addCleanup(os.close, reader)
                client = self.started(writer)
                os.close(writer)
                # Far more than a pipe, or a socket and a pipe, can hold.
                self.send_unknown(client, 500)
                client.kernel_info(reply=True, timeout=TIMEOUT)
                client.execute_interactive("1 + 1", timeout=TIMEOUT)


class FloodTests(KernelCase):
    """A cell that prints faster than its clients read waits for them."""

    def test_interrupts_and_memory(self) -> None:
        self.ok("1 + 1")
        pid = self.km.provisioner.process.pid
        for code in (
            "while (true) console.log('x'.repeat(100))",
            "while (true) console.log('x'.repeat(10_000))",
            "while (true) process.stderr.write('x'.repeat(1_000_000))",
        ):
            with self.subTest(code):
                msg_id = self.kc.execute(code)
                end = time.monotonic() + 3
                printed = 0
                while time.monotonic() < end:
                    content = self.kc.get_iopub_msg(timeout=TIMEOUT)["content"]
                    printed += len(content.get("text", "")) + len(str(content.get("data", "")))
                self.assertGreater(printed, 100_000)
                begin = time.monotonic()
                self.km.interrupt_kernel()
                self.assertEqual(self.collect(msg_id).error["ename"], "Interrupted")
                self.assertLess(time.monotonic() - begin, self.limit)
                self.assertLess(peak_megabytes(pid), 500)
                self.assertEqual(self.ok("40 + 2").result, "42")

    def test_floods_that_clients_read_slowly(self) -> None:
        """The client has stopped reading and everything in between is full, but the reply overtakes that."""
        for code in (
            "while (true) await Jupyter.display('x'.repeat(1000))",
            "while (true) { await null; process.stdout.write('\\u0001'.repeat(100_000)) }",
        ):
            with self.subTest(code):
                msg_id = self.kc.execute(code)
                end = time.monotonic() + 3
                while time.monotonic() < end:
                    self.kc.get_iopub_msg(timeout=TIMEOUT)
                time.sleep(2)
                begin = time.monotonic()
                self.km.interrupt_kernel()
                self.assertEqual(self.reply_to(msg_id)["content"]["ename"], "Interrupted")
                self.assertLess(time.monotonic() - begin, self.limit)
                self.assertLess(peak_megabytes(self.km.provisioner.process.pid), 500)
                self.ok("1")

    # Seconds from the interrupt to idle. It takes a quarter of one on a quiet machine.
    limit = PROMPT

    def test_a_flood_of_a_child_process(self) -> None:
        msg_id = self.kc.execute(
            "import { execSync } from 'node:child_process'\nexecSync('yes 0123456789', { stdio: 'inherit' })"
        )
        end = time.monotonic() + 3
        while time.monotonic() < end:
            self.kc.get_iopub_msg(timeout=TIMEOUT)
        self.km.interrupt_kernel()
        self.assertEqual(self.collect(msg_id).error["ename"], "Interrupted")
        self.assertLess(peak_megabytes(self.km.provisioner.process.pid), 500)

    def test_a_subscriber_that_never_reads(self) -> None:
        """It costs a limited amount of memory, it doesn't hold up the others, and it's told what it missed."""
        pid = self.km.provisioner.process.pid
        context = zmq.Context()
        stalled = context.socket(zmq.SUB)
        stalled.linger = 0
        stalled.subscribe(b"")
        stalled.connect(f"tcp://127.0.0.1:{self.km.iopub_port}")
        time.sleep(0.5)
        ran = self.ok("for (let i = 0; i < 10_000; i++) console.log('x'.repeat(99_999))", timeout=120)
        self.assertEqual(len(ran.text()), 1_000_000_000)
        self.assertLess(peak_megabytes(pid), 500)
        # Now it reads: what it has, and after it has connected again, that something is missing.
        told = b""
        end = time.monotonic() + TIMEOUT
        while b"had stopped reading" not in told and time.monotonic() < end:
            if stalled.poll(1000):
                told = stalled.recv_multipart()[-1]
        self.assertIn(b"of output for it were dropped", told)
        stalled.close()
        context.term()

    def test_a_stopped_client_alone(self) -> None:
        """The only client doesn't read for a while: the cell waits for it, and nothing is lost."""
        script = (
            "import sys; sys.path.insert(0, '.')\nfrom session import manager\n"
            "from jupyter_client.blocking.client import BlockingKernelClient\n"
            f"client = BlockingKernelClient(connection_file={self.km.connection_file!r})\n"
            "client.load_connection_file(); client.start_channels(); client.wait_for_ready(timeout=60)\n"
            "print('ready', flush=True); sys.stdin.readline()\n"
            "msg_id = client.execute(\"for (let i = 0; i < 3000; i++) console.log('x'.repeat(99_999))\")\n"
            "length = 0\n"
            "while True:\n"
            "    message = client.get_iopub_msg(timeout=60)\n"
            "    if message['parent_header'].get('msg_id') != msg_id: continue\n"
            "    length += len(message['content'].get('text', ''))\n"
            "    if message['content'].get('execution_state') == 'idle': break\n"
            "print(length, flush=True)\n"
        )
        self.kc.stop_channels()
        try:
            arguments = [os.sys.executable, "-c", script]
            client = subprocess.Popen(
                arguments, cwd=Path(__file__).parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self.assertEqual(client.stdout.readline(), "ready\n")
            client.stdin.write("\n")
            client.stdin.flush()
            time.sleep(0.5)
            client.send_signal(signal.SIGSTOP)
            time.sleep(4)
            client.send_signal(signal.SIGCONT)
            self.assertEqual(client.stdout.readline(), "300000000\n")
            client.wait(TIMEOUT)
            client.stdout.close()
            client.stdin.close()
        finally:
            type(self).kc = self.km.blocking_client()
            self.kc.start_channels()
            self.kc.wait_for_ready(timeout=TIMEOUT)


if __name__ == "__main__":
    unittest.main()
