"""Which clients the kernel listens to, what it survives, and when it ends."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import zmq
from jupyter_client.session import Session
from session import NODE, ROOT, TIMEOUT, KernelCase, manager

# Rounds of the fuzz; its random numbers are seeded, so that a failure comes again.
MESSAGES = 4000
SEED = 20240601


class FuzzTests(KernelCase):
    def test_malformed_messages(self) -> None:
        rng = random.Random(SEED)
        info = self.km.get_connection_info()
        signer = Session(key=info["key"], signature_scheme=info["signature_scheme"])
        stranger = Session(key=b"not the key")
        context = zmq.Context()
        sockets = []
        for name in ("shell", "control", "stdin"):
            peer = context.socket(zmq.DEALER)
            peer.linger = 0
            peer.sndtimeo = 1000 * TIMEOUT
            peer.connect(f"tcp://127.0.0.1:{info[name + '_port']}")
            sockets.append(peer)
        run = "globalThis.process.exit(7)"
        for _ in range(MESSAGES):
            message = signer.msg("execute_request", {"code": run, "silent": False})
            frames = rng.choice([stranger, signer]).serialize(message)
            signed = frames[1] == signer.serialize(message)[1]
            kind = rng.randrange(8)
            if kind == 0 or signed:  # random bytes
                frames = [rng.randbytes(rng.randrange(200)) for _ in range(rng.randrange(1, 9))]
            elif kind == 1:  # truncated
                frames = frames[: rng.randrange(1, len(frames))]
            elif kind == 2:  # a signature of the right form
                frames[1] = bytes(rng.choice(b"0123456789abcdef") for _ in range(64))
            elif kind == 3:  # a changed byte
                part = rng.randrange(2, len(frames))
                changed = bytearray(frames[part] or b"\0")
                changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
                frames[part] = bytes(changed)
            elif kind == 4:  # no signature
                frames[1] = b""
            elif kind == 5:  # cut bytes
                frames = [frame[: rng.randrange(len(frame) + 1)] for frame in frames]
            elif kind == 6:  # two delimiters, or none
                frames = frames + frames if rng.random() < 0.5 else frames[1:]
            rng.choice(sockets).send_multipart(frames)
        # Signed by a holder of the key, and wrong in what it says.
        parts = [
            b"null",
            b"[]",
            b"7",
            b"{}",
            b'{"msg_id":1}',
            b"{",
            b'"x"',
            b'{"msg_id":"a","msg_type":"execute_request"}',
            b"\xff\xfe",
        ]
        for _ in range(400):
            body = [rng.choice(parts) for _ in range(4)]
            sockets[0].send_multipart([b"<IDS|MSG>", signer.sign(body), *body])
        for peer in sockets:
            peer.close(linger=5000)
        context.term()
        self.assertEqual(self.ok("'alive'").result, "'alive'")
        self.assertTrue(self.km.is_alive())
        self.assertTrue(self.kc.hb_channel.is_beating())

    def test_a_stranger_gets_no_answer(self) -> None:
        info = self.km.get_connection_info()
        context = zmq.Context()
        for key, answered in ((b"", False), (b"guess", False), (info["key"], True)):
            with self.subTest(key=key):
                peer = context.socket(zmq.DEALER)
                peer.linger = 0
                peer.connect(f"tcp://127.0.0.1:{info['shell_port']}")
                session = Session(key=key)
                session.send(peer, "kernel_info_request", {})
                self.assertEqual(peer.poll(5000 if answered else 700) > 0, answered)
                peer.close()
        context.term()

    def test_a_repeated_message_does_not_run_again(self) -> None:
        info = self.km.get_connection_info()
        session = Session(key=info["key"])
        self.ok("let runs = 0")
        frames = session.serialize(session.msg("execute_request", {"code": "runs++"}))
        context = zmq.Context()
        for _ in range(3):
            peer = context.socket(zmq.DEALER)
            peer.connect(f"tcp://127.0.0.1:{info['shell_port']}")
            peer.send_multipart(frames)
            peer.close(linger=1000)
        context.term()
        time.sleep(0.3)
        self.assertEqual(self.ok("runs").result, "1")


class ConnectionTests(unittest.TestCase):
    """Kernels started in other ways than the usual one."""

    def started(self, **traits: object):
        km = manager(**traits)
        km.start_kernel(cwd=str(ROOT))
        client = km.blocking_client()
        client.start_channels()
        self.addCleanup(km.shutdown_kernel)
        self.addCleanup(client.stop_channels)
        client.wait_for_ready(timeout=TIMEOUT)
        return km, client

    def check(self, client) -> None:
        found = []
        reply = client.execute_interactive(
            "console.log(prompt('?'))",
            allow_stdin=True,
            timeout=TIMEOUT,
            stdin_hook=lambda _: client.input("typed"),
            output_hook=lambda message: found.append(message["content"].get("text")),
        )
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertIn("typed\n", found)
        self.assertTrue(client.hb_channel.is_beating())

    def test_ipc(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="ipc-"))
        _, client = self.started(transport="ipc", ip=str(folder / "kernel"))
        self.check(client)
        names = list(folder.iterdir())
        self.assertEqual(len(names), 5)
        for name in names:
            self.assertEqual(stat.S_IMODE(name.stat().st_mode) & 0o077, 0, f"{name} is open to other users")

    def test_curve(self) -> None:
        km, client = self.started(transport_encryption="required")
        self.assertIn("curve_publickey", json.loads(Path(km.connection_file).read_text()))
        self.check(client)
        # Without the key there is no connection at all, even with the right signature.
        context = zmq.Context()
        peer = context.socket(zmq.DEALER)
        peer.linger = 0
        peer.connect(f"tcp://127.0.0.1:{km.shell_port}")
        km.session.clone().send(peer, "kernel_info_request", {})
        self.assertEqual(peer.poll(700), 0)
        peer.close()
        context.term()

    def test_loopback_only(self) -> None:
        km, _ = self.started()
        pid = km.provisioner.process.pid
        inodes = set()
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(entry)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
        listening = []
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and fields[9] in inodes:
                    listening.append(fields[1].split(":")[0])
        self.assertEqual(len(listening), 5, listening)
        self.assertEqual(set(listening), {"0100007F"})

    def run_with(
        self, connection: dict | str, *arguments: str, seconds: float = 8
    ) -> subprocess.CompletedProcess | None:
        """Starts a kernel on a connection file; None when it goes on to live."""
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
            file.write(connection if isinstance(connection, str) else json.dumps(connection))
        command = [NODE, str(ROOT / "src/kernel/main.cjs"), "--connection-file", file.name, *arguments]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=seconds, cwd=ROOT)
        except subprocess.TimeoutExpired:
            return None
        finally:
            os.unlink(file.name)

    def connection(self, **changes: object) -> dict:
        ports = {}
        for name in ("shell", "iopub", "stdin", "control", "hb"):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                ports[f"{name}_port"] = free.getsockname()[1]
        return {
            **ports,
            "ip": "127.0.0.1",
            "transport": "tcp",
            "key": "k",
            "signature_scheme": "hmac-sha256",
            **changes,
        }

    def test_refused_connections(self) -> None:
        for wrong, said in (
            (self.connection(key=""), "--allow-unsigned"),
            (self.connection(transport="udp"), "transport"),
            (self.connection(shell_port="x"), "shell_port"),
            (self.connection(signature_scheme="md5"), "signature_scheme"),
            (self.connection(signature_scheme="hmac-nothing"), "Invalid digest"),
            ("not json", "JSON"),
        ):
            with self.subTest(said):
                ended = self.run_with(wrong)
                self.assertIsNotNone(ended, "the kernel started")
                self.assertNotEqual(ended.returncode, 0)
                self.assertIn(said, ended.stderr)
        self.assertIsNone(self.run_with(self.connection(key=""), "--allow-unsigned", seconds=4))
        usage = subprocess.run([NODE, str(ROOT / "src/kernel/main.cjs")], capture_output=True, text=True)
        self.assertEqual(usage.returncode, 2)
        self.assertIn("--connection-file", usage.stderr)

    def start_from_another_process(self, seconds: float, environment: str) -> int:
        """Starts a kernel in an endless loop from a process killed after `seconds`. Returns the kernel's pid."""
        connection = self.connection()
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
            json.dump(connection, file)
        start = (
            "import os, subprocess, sys, time\n"
            f"kernel = subprocess.Popen([{NODE!r}, {str(ROOT / 'src/kernel/main.cjs')!r}, "
            f"'--connection-file', {file.name!r}], "
            f"env={environment})\n"
            "print(kernel.pid, flush=True)\ntime.sleep(1000)\n"
        )
        parent = subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, text=True)
        pid = int(parent.stdout.readline())
        client_context = zmq.Context()
        peer = client_context.socket(zmq.DEALER)
        peer.linger = 0
        peer.connect(f"tcp://127.0.0.1:{connection['shell_port']}")
        session = Session(key=b"k")
        session.send(peer, "execute_request", {"code": "while (true) {}", "silent": False})
        time.sleep(seconds)
        self.assertTrue(running(pid))
        parent.kill()
        parent.wait()
        parent.stdout.close()
        peer.close()
        client_context.term()
        self.addCleanup(os.unlink, file.name)
        return pid

    def assert_ends(self, pid: int) -> None:
        end = time.monotonic() + 15
        while running(pid) and time.monotonic() < end:
            time.sleep(0.1)
        self.assertFalse(running(pid))

    # What jupyter_client sets, unless the kernel is supposed to outlive its starter.
    DEPENDENT = "{**os.environ, 'JPY_PARENT_PID': str(os.getpid())}"
    INDEPENDENT = "{name: value for name, value in os.environ.items() if name != 'JPY_PARENT_PID'}"

    def test_the_kernel_ends_with_its_parent(self) -> None:
        self.assert_ends(self.start_from_another_process(5, self.DEPENDENT))

    def test_the_kernel_ends_if_its_parent_dies_while_it_starts(self) -> None:
        for seconds in (0, 0.05, 0.2, 0.4):
            with self.subTest(seconds=seconds):
                self.assert_ends(self.start_from_another_process(seconds, self.DEPENDENT))

    def test_an_independent_kernel_outlives_its_parent(self) -> None:
        pid = self.start_from_another_process(3, self.INDEPENDENT)
        time.sleep(3)
        self.assertTrue(running(pid))
        os.kill(pid, signal.SIGKILL)


def running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return state != "" and not state.startswith("Z")


if __name__ == "__main__":
    unittest.main()
