"""Frames, files and command lines that used to end the kernel or make it deaf."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import zmq
from session import NODE, PROMPT, ROOT, TIMEOUT, KernelCase, manager


class FrameTests(KernelCase):
    def test_heartbeat_survives_any_bytes(self) -> None:
        port = self.km.hb_port
        for data in (b"\x01\x00\x02\x00x", b"\x01\x00\x01\x00", b"\xff" * 100, b"GET / HTTP/1.1\r\n\r\n", b""):
            with self.subTest(data), socket.create_connection(("127.0.0.1", port)) as peer:
                peer.sendall(data)
                time.sleep(0.2)
        context = zmq.Context()
        for kind in (zmq.DEALER, zmq.REQ, zmq.ROUTER):
            with context.socket(kind) as peer:
                peer.linger = 0
                peer.connect(f"tcp://127.0.0.1:{port}")
                if kind != zmq.ROUTER:
                    for frames in ([b"x"], [b"", b"x"], [b"", b""], [b"a", b"b", b"c"]):
                        peer.send_multipart(frames)
                        if kind == zmq.REQ:
                            self.assertEqual(peer.recv_multipart(), frames)
        context.term()
        self.assertTrue(self.km.is_alive())
        self.assertTrue(self.kc.hb_channel.is_beating())
        self.assertEqual(self.ok("1 + 1").result, "2")

    def test_every_port_survives_any_bytes(self) -> None:
        for name in ("shell", "iopub", "stdin", "control"):
            port = getattr(self.km, f"{name}_port")
            for data in (b"\x01\x00\x02\x00x", b"\xff" * 1000, b"\x00" * 1000):
                with self.subTest(name, data=data[:5]), socket.create_connection(("127.0.0.1", port)) as peer:
                    peer.sendall(data)
                    time.sleep(0.05)
        self.assertEqual(self.ok("1 + 1").result, "2")

    def test_history_search_takes_no_time(self) -> None:
        self.ok("/* " + "a" * 60_000 + " */")
        begin = time.monotonic()
        request = {"raw": True, "output": False, "hist_access_type": "search", "pattern": "*a*a*a*a*a*a*b?"}
        self.assertEqual(self.shell("history_request", request)["history"], [])
        self.assertLess(time.monotonic() - begin, PROMPT)
        found = self.shell("history_request", {**request, "pattern": "/? aaa*a ?/"})["history"]
        self.assertEqual(len(found), 1)

    def test_kernel_info_is_what_strict_clients_expect(self) -> None:
        self.assertEqual(self.control("kernel_info_request")["language_info"]["codemirror_mode"], "typescript")

    def test_usage(self) -> None:
        self.control("usage_request")
        self.ok("for (const end = Date.now() + 500; Date.now() < end;);")
        usage = self.control("usage_request")
        self.assertEqual(usage["pid"], self.km.provisioner.process.pid)
        self.assertGreater(usage["kernel_cpu"], 5)
        self.assertGreater(usage["kernel_memory"], 50e6)
        self.assertGreaterEqual(usage["cpu_count"], 1)
        self.assertTrue(0 <= usage["host_cpu_percent"] <= 100)
        memory = usage["host_virtual_memory"]
        self.assertLess(memory["available"], memory["total"])

    def test_a_comm_for_an_unknown_target_is_closed_and_that_is_all(self) -> None:
        message = self.kc.session.msg(
            "comm_open", {"comm_id": "lost", "target_name": "jupyter.widget.control", "data": {}}
        )
        self.kc.shell_channel.send(message)
        ours = [m for m in self.iopub(1.5) if m["parent_header"].get("msg_id") == message["header"]["msg_id"]]
        self.assertEqual([m["msg_type"] for m in ours], ["status", "comm_close", "status"])
        self.assertEqual(ours[1]["content"]["comm_id"], "lost")


class StartTests(unittest.TestCase):
    """Kernels that start in surroundings that aren't as they should be."""

    def starts(self, arguments: tuple[str, ...] = (), **environment: str | None) -> str:
        """Starts a kernel, runs a cell on it and returns its log."""
        log = tempfile.TemporaryFile()
        km = manager(arguments=arguments)
        env = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
        km.start_kernel(cwd=str(ROOT), env=env, stderr=log)
        client = km.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=TIMEOUT)
            reply = client.execute_interactive("1 + 1", timeout=TIMEOUT, output_hook=lambda _: None)
            self.assertEqual(reply["content"]["status"], "ok")
            client.history(hist_access_type="tail", n=5)
            while (answer := client.get_shell_msg(timeout=TIMEOUT))["msg_type"] != "history_reply":
                pass
            self.assertEqual([entry[2] for entry in answer["content"]["history"]][-1:], ["1 + 1"])
        finally:
            client.stop_channels()
            km.shutdown_kernel()
        with log:
            log.seek(0)
            return log.read().decode()

    def test_a_folder_in_place_of_the_history(self) -> None:
        data = tempfile.mkdtemp()
        (Path(data) / "typescript-kernel" / "history.jsonl").mkdir(parents=True)
        log = self.starts(JUPYTER_DATA_DIR=data)
        self.assertEqual(log.count("history"), 1, log)

    def test_a_history_of_more_than_half_a_gigabyte(self) -> None:
        file = Path(tempfile.mkdtemp()) / "typescript-kernel" / "history.jsonl"
        file.parent.mkdir()
        entry = json.dumps({"session": 7, "line": 1, "input": "old"}) + "\n"
        with file.open("wb") as output:
            output.truncate(600_000_000)  # Sparse: nothing is written.
            output.seek(0, os.SEEK_END)
            output.write(b"\n" + entry.encode())
        self.starts(JUPYTER_DATA_DIR=str(file.parents[1]))
        self.assertLess(file.stat().st_size, 1_000_000)
        self.assertIn("old", file.read_text())

    def test_a_data_folder_that_cannot_be_written(self) -> None:
        log = self.starts(JUPYTER_DATA_DIR="/proc/nowhere")
        self.assertEqual(log.count("history"), 1, log)

    def test_no_home(self) -> None:
        self.starts(HOME=None, JUPYTER_DATA_DIR=None)

    def test_unknown_words_on_the_command_line(self) -> None:
        self.starts(arguments=("file.ts", "--unknown", "-x", "--other=1"))

    def test_bundles_that_cannot_be_cached(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            clone = Path(folder)
            shutil.copytree(ROOT / "src", clone / "src")
            (clone / "node_modules").mkdir()
            for package in (ROOT / "node_modules").iterdir():
                (clone / "node_modules" / package.name).symlink_to(package)
            cache = clone / "node_modules" / ".cache"
            if cache.is_symlink():
                cache.unlink()
            cache.write_text("a file where the cache should be")
            command = [NODE, str(clone / "src/kernel/main.cjs")]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
            self.assertIn("for this start only", ended.stderr)
            self.assertIn("Usage:", ended.stderr)

    def test_a_taken_port_is_named(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            for name in ("shell", "iopub", "stdin", "control", "hb"):
                with self.subTest(name):
                    free = {f"{each}_port": free_port() for each in ("shell", "iopub", "stdin", "control", "hb")}
                    connection = {**free, f"{name}_port": port, "ip": "127.0.0.1", "transport": "tcp", "key": "k"}
                    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                        file.write(json.dumps(connection))
                        file.flush()
                        command = [NODE, str(ROOT / "src/kernel/main.cjs"), "--connection-file", file.name]
                        ended = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
                    self.assertEqual(ended.returncode, 1, ended.stderr)
                    self.assertIn(f"The {name} socket can't listen on tcp://127.0.0.1:{port}", ended.stderr)
                    self.assertNotIn("Napi", ended.stderr)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


if __name__ == "__main__":
    unittest.main()
