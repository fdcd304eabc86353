"""A running kernel of this checkout, driven through jupyter_client as any front end drives it."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any
from unittest import TestCase

# Where kernels keep their history; the user's own is not touched.
os.environ["JUPYTER_DATA_DIR"] = tempfile.mkdtemp(prefix="jupyter-data-")

from jupyter_client.blocking.client import BlockingKernelClient  # noqa: E402
from jupyter_client.kernelspec import KernelSpecManager  # noqa: E402
from jupyter_client.manager import KernelManager  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
NODE = os.environ.get("KERNEL_NODE", "node")
NAME = "tslab"
# Generous: two cores may be busy with other tests. How quick things are is measured in benchmarks/.
TIMEOUT = 60
# Seconds in which something has happened that takes a fraction of one, on a machine that is slow and busy too.
PROMPT = 5


def install_kernelspec(directory: Path, interrupt_mode: str = "message", arguments: tuple[str, ...] = ()) -> None:
    """Writes a kernelspec of this checkout's kernel into `directory`."""
    folder = directory / NAME
    folder.mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [NODE, str(ROOT / "src/kernel/main.cjs"), "--connection-file", "{connection_file}", *arguments],
        "display_name": "TypeScript",
        "language": "typescript",
        "interrupt_mode": interrupt_mode,
        "metadata": {"supported_encryption": ["curve"]},
    }
    (folder / "kernel.json").write_text(json.dumps(spec))


def manager(interrupt_mode: str = "message", arguments: tuple[str, ...] = (), **traits: Any) -> KernelManager:
    """A manager of a kernel that is not started yet."""
    specs = Path(tempfile.mkdtemp(prefix="kernelspec-"))
    install_kernelspec(specs, interrupt_mode, arguments)
    # With `ensure_native_kernel` a KernelSpecManager would look for ipykernel.
    found = KernelSpecManager(kernel_dirs=[str(specs)], ensure_native_kernel=False)
    return KernelManager(kernel_name=NAME, kernel_spec_manager=found, **traits)


class Ran:
    """What came of one execute request."""

    def __init__(self, reply: dict[str, Any], messages: list[dict[str, Any]], seconds: float) -> None:
        self.reply = reply["content"]
        self.messages = messages
        self.seconds = seconds

    def contents(self, kind: str) -> list[dict[str, Any]]:
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    def text(self, stream: str = "stdout") -> str:
        return "".join(content["text"] for content in self.contents("stream") if content["name"] == stream)

    @property
    def result(self) -> str | None:
        """The result as text."""
        results = self.contents("execute_result")
        return results[0]["data"]["text/plain"] if results else None

    @property
    def error(self) -> dict[str, Any]:
        errors = self.contents("error")
        assert errors, f"expected an error, found {[message['msg_type'] for message in self.messages]}"
        return errors[0]

    @property
    def traceback(self) -> str:
        """The traceback without colours."""
        return plain("\n".join(self.error["traceback"]))


def plain(text: str) -> str:
    """`text` without ANSI colours."""
    return re.sub(r"\x1b\[\d+m", "", text)


class KernelCase(TestCase):
    """Tests that share one kernel, started in a folder of their own."""

    interrupt_mode = "message"
    km: KernelManager
    kc: BlockingKernelClient
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        # Below the checkout, so that cells find its packages and its tsconfig.json.
        (ROOT / "build").mkdir(exist_ok=True)
        cls.folder = Path(tempfile.mkdtemp(prefix="kernel-test-", dir=ROOT / "build"))
        cls.km = manager(cls.interrupt_mode)
        cls.km.start_kernel(cwd=str(cls.folder))
        cls.kc = cls.km.blocking_client()
        cls.kc.start_channels()
        cls.kc.wait_for_ready(timeout=TIMEOUT)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.kc.stop_channels()
        cls.km.shutdown_kernel()
        shutil.rmtree(cls.folder)

    def run_cell(self, code: str, timeout: float = TIMEOUT, **options: Any) -> Ran:
        """Runs `code` and collects everything until the kernel is idle again."""
        return self.collect(self.kc.execute(code, **options), timeout)

    def collect(self, msg_id: str, timeout: float = TIMEOUT) -> Ran:
        started = time.monotonic()
        messages = []
        while True:
            message = self.kc.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            messages.append(message)
        return Ran(self.reply_to(msg_id, timeout), messages, time.monotonic() - started)

    def reply_to(self, msg_id: str, timeout: float = TIMEOUT) -> dict[str, Any]:
        """The shell reply to `msg_id`; replies to others are dropped."""
        while True:
            reply = self.kc.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == msg_id:
                return reply

    def ok(self, code: str, **options: Any) -> Ran:
        """Runs a cell that must succeed."""
        ran = self.run_cell(code, **options)
        self.assertEqual(ran.reply["status"], "ok", ran.reply)
        return ran

    def iopub(self, seconds: float) -> list[dict[str, Any]]:
        """What comes on iopub within `seconds`."""
        end = time.monotonic() + seconds
        messages = []
        while (left := end - time.monotonic()) > 0:
            try:
                messages.append(self.kc.get_iopub_msg(timeout=left))
            except Empty:
                break
        return messages

    def control(self, msg_type: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        """Sends a request on the control channel and returns its reply's content."""
        message = self.kc.session.msg(msg_type, content or {})
        self.kc.control_channel.send(message)
        while True:
            reply = self.kc.control_channel.get_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply["content"]

    def silence(self) -> str:
        """What can be found out about a kernel that doesn't reply on the control channel, for a test's failure."""
        found = [f"The kernel's process is {'running' if self.km.is_alive() else 'gone'}."]
        for message in self.iopub(1):
            found.append(f"iopub: {message['msg_type']} {message['content']}")
        # A message that lies in a queue comes with the next one.
        self.kc.control_channel.send(self.kc.session.msg("kernel_info_request", {}))
        try:
            while True:
                found.append(f"control: {self.kc.control_channel.get_msg(timeout=PROMPT)['msg_type']}")
        except Empty:
            return "\n".join([*found, "control: nothing more"])

    def shell(self, msg_type: str, content: dict[str, Any]) -> dict[str, Any]:
        """Sends a request on the shell channel and returns its reply's content."""
        message = self.kc.session.msg(msg_type, content)
        self.kc.shell_channel.send(message)
        return self.reply_to(message["header"]["msg_id"])["content"]
