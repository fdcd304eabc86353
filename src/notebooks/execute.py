"""Runs one notebook in its kernel and tells how it goes, one JSON object a line.

Arguments: the notebook, the executed copy to write and, if wanted, its HTML rendering to write.
The kernel starts in the notebook's folder and ends with this process; this process ends when its
standard input is closed, which the system does even when the parent is killed.

Events: {"event": "cell", "cell", "of"} before each code cell (counted from 1),
{"event": "failure", "cell", "kind", "name", "message", "traceback"} at most once, then {"event": "end"}.
"""

import asyncio
import json
import os
import sys
import tempfile
import threading
from pathlib import Path
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbclient.util import ensure_async

# What the kernel says of its language: JupyterLab writes it into a notebook that it opens, which then counts as edited
# unless it's there. A test compares the two.
LANGUAGE_INFO = {
    "name": "typescript",
    "version": "6.0.3",
    "mimetype": "text/typescript",
    "file_extension": ".ts",
    "pygments_lexer": "typescript",
    "codemirror_mode": "typescript",
    "nbconvert_exporter": "script",
}
# Traces that a front end leaves in a cell: folding, scrolling, times of execution.
VOLATILE_CELL_METADATA = ("ExecuteTime", "collapsed", "execution", "scrolled")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LAST_WORDS = 2000
# Seconds that a notebook's last cell gets for what it left behind: a short timer, a rejected promise.
SETTLING = 0.5


def report(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


class Failure(Exception):
    """The reason to stop: a cell's error, text on standard error, or a dead kernel."""

    def __init__(self, cell, kind, message, name="", traceback=()):
        super().__init__(message)
        self.details = {
            "cell": cell,
            "kind": kind,
            "name": name,
            "message": message,
            "traceback": list(traceback),
        }


class Client(NotebookClient):
    """nbclient, which also hears what a kernel says about a cell after the cell's end.

    A promise that nobody awaits is rejected after the reply; nbclient drops such late messages.
    """

    def __init__(self, notebook, **options):
        super().__init__(notebook, **options)
        self.number = 0
        self.numbers_by_request = {}
        self.errors = []

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        get_message = client.iopub_channel.get_msg

        async def get_and_note(*args, **kwargs):
            message = await ensure_async(get_message(*args, **kwargs))
            self.note(message)
            return message

        client.iopub_channel.get_msg = get_and_note
        return client

    def note(self, message):
        """Keeps errors and text on standard error, each with the number of its cell."""
        kind, content, parent = message["msg_type"], message["content"], message["parent_header"]
        if kind == "status" and parent.get("msg_type") == "execute_request":
            self.numbers_by_request.setdefault(parent["msg_id"], self.number)
        if kind == "error" or (kind == "stream" and content["name"] == "stderr"):
            self.errors.append((self.numbers_by_request.get(parent.get("msg_id"), self.number), content))

    async def run_cell(self, index, number, settling):
        """Executes one cell and what it left to run in the next `settling` seconds. Raises Failure."""
        self.number = number
        error = None
        try:
            await self.async_execute_cell(self.nb.cells[index], index)
            await asyncio.sleep(settling)
            await self.wait_until_quiet()
        except CellExecutionError as raised:
            error = raised
        except DeadKernelError:
            raise Failure(number, "dead", "") from None
        for cell, content in self.errors:
            if "ename" in content:
                raise Failure(cell, "error", content["evalue"], content["ename"], content["traceback"])
        if error is not None or self.errors:
            # An unmodified tslab tells of errors only so.
            cell = self.errors[0][0] if self.errors else number
            text = "".join(content["text"] for _, content in self.errors)
            raise Failure(cell, "stderr" if error is None else "error", text or str(error))

    async def wait_until_quiet(self):
        """Asks the kernel something and waits until it has answered and is idle, so that earlier messages are in."""
        request = self.kc.kernel_info()
        await self.async_wait_for_reply(request)
        while True:
            try:
                message = await self.kc.iopub_channel.get_msg(timeout=self.iopub_timeout)
            except Empty:
                raise DeadKernelError("no answer") from None
            is_ours = message["parent_header"].get("msg_id") == request
            if is_ours and message["content"].get("execution_state") == "idle":
                return


async def execute(notebook, folder):
    """Runs the cells in order until one fails; returns the failure's details or None."""
    client = Client(
        notebook,
        kernel_name=notebook.metadata.kernelspec.name,
        timeout=None,
        startup_timeout=120,
        shell_timeout_interval=1,
        shutdown_kernel="immediate",
        coalesce_streams=False,
        store_widget_state=False,
    )
    code_cells = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    with tempfile.TemporaryFile() as kernel_log:
        async with client.async_setup_kernel(cwd=folder, stdout=kernel_log, stderr=kernel_log):
            for number, index in enumerate(code_cells, start=1):
                report("cell", cell=number, of=len(code_cells))
                is_last = number == len(code_cells)
                try:
                    await client.run_cell(index, number, SETTLING if is_last else 0)
                except Failure as failure:
                    if failure.details["kind"] == "dead":
                        failure.details["message"] = await last_words(client, kernel_log)
                    return failure.details
    return None


async def last_words(client, kernel_log):
    """How a dead kernel ended: its exit status, and the end of what it wrote outside any cell."""
    status = await ensure_async(client.km.provisioner.poll())
    ended = f"signal {-status}" if status is not None and status < 0 else f"exit code {status}"
    kernel_log.seek(0)
    log = kernel_log.read().decode(errors="replace").strip()[-LAST_WORDS:]
    return f"the kernel ended with {ended}" + (f"\n{log}" if log else "")


def normalise(notebook):
    """Leaves nothing in the notebook that another run on the same code would change."""
    notebook.metadata = {
        "kernelspec": notebook.metadata.kernelspec,
        "language_info": LANGUAGE_INFO,
    }
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code_cells, start=1):
        cell.execution_count = number
        for key in VOLATILE_CELL_METADATA:
            cell.metadata.pop(key, None)
        cell.outputs = merge_streams(cell.outputs)
        for output in cell.outputs:
            # A widget ends with its kernel; its static picture stays.
            output.get("data", {}).pop(WIDGET_VIEW, None)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number


def merge_streams(outputs):
    """Neighbouring pieces of one stream as one output, as JupyterLab joins them."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        is_stream = output.output_type == "stream"
        if is_stream and last is not None and last.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def write_html(notebook, title, target):
    from nbconvert import HTMLExporter

    html, _ = HTMLExporter().from_notebook_node(notebook, resources={"metadata": {"name": title}})
    write(target, html)


def write(target, text):
    """Under a temporary name first: a reader sees the old file or the whole new one."""
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(target)


def cancel_with_parent(task, loop, parent_gone):
    sys.stdin.buffer.read()
    parent_gone.set()
    loop.call_soon_threadsafe(task.cancel)


async def execute_unless_orphaned(notebook, folder):
    parent_gone = threading.Event()
    arguments = (asyncio.current_task(), asyncio.get_running_loop(), parent_gone)
    threading.Thread(target=cancel_with_parent, args=arguments, daemon=True).start()
    try:
        failure = await execute(notebook, folder)
    except asyncio.CancelledError:
        failure = None
    if parent_gone.is_set():
        sys.exit("stopped: the process that started this one is gone")
    return failure


def main(source, copy, html=None):
    notebook = nbformat.read(source, as_version=4)
    failure = asyncio.run(execute_unless_orphaned(notebook, source.parent))
    if failure is None:
        normalise(notebook)
        if html is not None:
            write_html(notebook, source.stem, html)
    write(copy, nbformat.writes(notebook) + "\n")
    if failure is not None:
        report("failure", **failure)
    report("end")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
