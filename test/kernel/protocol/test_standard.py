"""Jupyter's own test of kernels, all of it but the pager (the kernel sends no payloads)."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path

# Where jupyter_client finds kernels; read when it is imported.
data = Path(tempfile.mkdtemp(prefix="jupyter-data-"))
os.environ["JUPYTER_PATH"] = str(data)

import jupyter_kernel_test  # noqa: E402
from session import NAME, install_kernelspec  # noqa: E402

install_kernelspec(data / "kernels")


class StandardTests(jupyter_kernel_test.KernelTests):
    kernel_name = NAME
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "Math.hyp", "matches": {"hypot"}},
        {"text": "[1].flatM", "matches": {"flatMap"}},
    ]
    complete_code_samples = [
        "1",
        "const a = 1",
        "function f() {\n  return 1\n}",
        "`a\nb`",
        "for (const x of [1]) x\n\n",
    ]
    incomplete_code_samples = ["function f() {", "const a = (1 +", "`open", "if (true) {\n  1", "/* open", "[1,\n2,"]
    invalid_code_samples = ["const const", "let 1a = 2", "f(]", "'open\n1"]
    code_generate_error = "throw new Error('no')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 'a']", "result": "[ 1, 'a' ]"},
        {"code": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>1</b>' }) })", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": "import { display } from 'tslab'\ndisplay.html('<b>1</b>')", "mime": "text/html"},
        {"code": "await Jupyter.display(new Map([[1, 2]]))", "mime": "text/plain"},
    ]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.hypot"
    code_clear_output = "Jupyter.clearOutput()"


class WelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = NAME
    support_iopub_welcome = True


# The modules' own classes would run against the kernel "python3".
del jupyter_kernel_test

if __name__ == "__main__":
    unittest.main()
