"""The tools that execute notebooks: good ones pass, broken ones fail and say why."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

data = Path(tempfile.mkdtemp(prefix="jupyter-data-"))
os.environ["JUPYTER_PATH"] = str(data)

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbclient.exceptions import CellExecutionError  # noqa: E402
from session import NAME, ROOT, install_kernelspec, plain  # noqa: E402

install_kernelspec(data / "kernels")

GOOD = ["const base: number = 20", "console.log('said')\nbase * 2 + 2"]
BROKEN = {
    "a runtime error": (
        ["function fail(): never {\n  throw new RangeError('broken here')\n}", "fail()"],
        "RangeError",
        "broken here",
    ),
    "a type error": (["const n: number = 'x'"], "TS2322", "not assignable"),
    "an error after an await": (["await null\nthrow new TypeError('later')"], "TypeError", "later"),
    "an error in a timer": (
        ["await new Promise(() => setTimeout(() => { throw new Error('ticked') }, 5))"],
        "Error",
        "ticked",
    ),
}


class ToolTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        (ROOT / "build").mkdir(exist_ok=True)
        cls.folder = Path(tempfile.mkdtemp(prefix="kernel-tools-", dir=ROOT / "build"))

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.folder)

    def notebook(self, name: str, sources: list[str]) -> Path:
        cells = [nbformat.v4.new_code_cell(source, id=f"cell-{index}") for index, source in enumerate(sources)]
        kernelspec = {"name": NAME, "display_name": "TypeScript", "language": "typescript"}
        book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
        path = self.folder / f"{re.sub(r'[^a-z]+', '-', name)}.ipynb"
        nbformat.write(book, path)
        return path

    def run_tool(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=self.folder)
        return done.returncode, plain(done.stdout + done.stderr)

    def test_nbclient(self) -> None:
        book = nbformat.read(self.notebook("good", GOOD), 4)
        NotebookClient(book, kernel_name=NAME, resources={"metadata": {"path": str(self.folder)}}).execute()
        stream, result = book.cells[1].outputs
        self.assertEqual(
            (stream.text, result.data["text/plain"], result.output_type), ("said\n", "42", "execute_result")
        )
        self.assertEqual([cell.execution_count for cell in book.cells], [1, 2])
        for kind, (sources, ename, evalue) in BROKEN.items():
            with self.subTest(kind):
                book = nbformat.read(self.notebook(kind, sources), 4)
                with self.assertRaises(CellExecutionError) as caught:
                    NotebookClient(book, kernel_name=NAME, resources={"metadata": {"path": str(self.folder)}}).execute()
                self.assertEqual(caught.exception.ename, ename)
                self.assertIn(evalue, caught.exception.evalue)
                self.assertIn(evalue, plain("\n".join(book.cells[-1].outputs[-1].traceback)))
        # With errors allowed, every cell runs.
        book = nbformat.read(self.notebook("allowed", ["throw new Error('x')", "'ran'"]), 4)
        NotebookClient(book, kernel_name=NAME, allow_errors=True).execute()
        self.assertEqual(book.cells[1].outputs[0].data["text/plain"], "'ran'")

    def test_nbconvert(self) -> None:
        code, said = self.run_tool(
            "nbconvert", "--to", "notebook", "--execute", "--stdout", str(self.notebook("good", GOOD))
        )
        self.assertEqual(code, 0, said)
        self.assertIn("said", said)
        code, said = self.run_tool(
            "nbconvert",
            "--to",
            "notebook",
            "--execute",
            "--stdout",
            str(self.notebook("bad", BROKEN["a runtime error"][0])),
        )
        self.assertNotEqual(code, 0)
        self.assertRegex(said, r"RangeError: broken here\n\s+at fail \(In \[1\]:2:9\)")

    def test_nbmake(self) -> None:
        code, said = self.run_tool("pytest", "--nbmake", "-p", "no:cacheprovider", str(self.notebook("good", GOOD)))
        self.assertEqual(code, 0, said)
        broken = [str(self.notebook(kind, sources)) for kind, (sources, _, _) in BROKEN.items()]
        code, said = self.run_tool("pytest", "--nbmake", "-p", "no:cacheprovider", *broken)
        self.assertEqual(code, 1, said)
        self.assertIn(f"{len(broken)} failed", said)
        for kind, (_, _, evalue) in BROKEN.items():
            with self.subTest(kind):
                self.assertIn(evalue, said)

    def test_nbval(self) -> None:
        path = self.notebook("stored", GOOD)
        book = nbformat.read(path, 4)
        NotebookClient(book, kernel_name=NAME).execute()
        nbformat.write(book, path)
        code, said = self.run_tool("pytest", "--nbval", "-p", "no:cacheprovider", str(path))
        self.assertEqual(code, 0, said)
        book.cells[1].outputs[1].data["text/plain"] = "43"
        nbformat.write(book, path)
        code, said = self.run_tool("pytest", "--nbval", "-p", "no:cacheprovider", str(path))
        self.assertEqual(code, 1, said)
        self.assertIn("42", said)
        code, said = self.run_tool(
            "pytest", "--nbval-lax", "-p", "no:cacheprovider", str(self.notebook("bad", BROKEN["a type error"][0]))
        )
        self.assertEqual(code, 1, said)

    def test_papermill_with_parameters(self) -> None:
        declarations = "const epochs: number = 10; // how often\nconst name = 'x'\nconst options: any = null"
        book = nbformat.read(self.notebook("parameters", [declarations, "[epochs + 1, name, options]"]), 4)
        book.cells[0].metadata["tags"] = ["parameters"]
        source, output = self.folder / "parameters.ipynb", self.folder / "out.ipynb"
        nbformat.write(book, source)
        values = "{name: 'a \"b\" \\u20ac', options: {deep: [1.5, true, null], none: .inf}}"
        code, said = self.run_tool("papermill", str(source), str(output), "-p", "epochs", "3", "-y", values)
        self.assertEqual(code, 0, said)
        result = nbformat.read(output, 4).cells[-1].outputs[0].data["text/plain"]
        self.assertIn("4,", result)
        self.assertIn('a "b"', result)
        self.assertIn("{ deep: [ 1.5, true, null ], none: Infinity }", result)
        code, said = self.run_tool("papermill", "--help-notebook", str(source))
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"epochs: number \(default 10\)\s+how often")

    def test_papermill(self) -> None:
        output = self.folder / "out.ipynb"
        code, said = self.run_tool("papermill", str(self.notebook("good", GOOD)), str(output))
        self.assertEqual(code, 0, said)
        self.assertEqual(nbformat.read(output, 4).cells[1].outputs[1].data["text/plain"], "42")
        code, said = self.run_tool("papermill", str(self.notebook("bad", BROKEN["a runtime error"][0])), str(output))
        self.assertNotEqual(code, 0)
        self.assertIn("RangeError", said)


if __name__ == "__main__":
    unittest.main()
