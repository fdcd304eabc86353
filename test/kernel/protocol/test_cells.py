"""What cells can do: results, errors, imports, input, comms."""

from __future__ import annotations

import json
import time
import unittest

from session import PROMPT, ROOT, TIMEOUT, KernelCase, plain


class ResultTests(KernelCase):
    def bundle(self, code: str) -> dict:
        (result,) = self.ok(code).contents("execute_result")
        return result["data"]

    def test_own_bundle(self) -> None:
        shown = "{ 'text/html': '<i>', 'image/png': new Uint8Array([137, 80]), 'application/json': { a: [1] } }"
        expected = {"text/html": "<i>", "image/png": "iVA=", "application/json": {"a": [1]}}
        for body in (f"() => ({shown})", f"async () => ({shown})"):
            with self.subTest(body):
                self.assertEqual(self.bundle(f"({{ [Symbol.for('Jupyter.display')]: {body} }})"), expected)
        failed = self.run_cell("({ [Symbol.for('Jupyter.display')]: () => 7 })")
        self.assertEqual(failed.error["ename"], "TypeError")
        self.assertIn("MIME bundle, found 7", failed.error["evalue"])

    def test_forms(self) -> None:
        self.assertEqual(self.bundle("({ toHTML: () => '<b>' })")["text/html"], "<b>")
        self.assertEqual(self.bundle("({ toSVG: () => '<svg/>' })")["image/svg+xml"], "<svg/>")
        png = self.bundle("Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d])")
        self.assertEqual(png, {"image/png": "iVBORw0=", "text/plain": "<image/png, 5 bytes>"})
        self.assertEqual(list(self.bundle("Uint8Array.from([1, 2])")), ["text/plain"])

    def test_arquero_table(self) -> None:
        bundle = self.bundle("import * as aq from 'arquero'\naq.table({ digit: [1, 2], name: ['<one>', 'two'] })")
        self.assertIn("&lt;one&gt;", bundle["text/html"])
        self.assertEqual(bundle["text/plain"].splitlines()[0], "|digit|name|")

    def test_plain_values(self) -> None:
        for code, expected in {
            "1n": "1n",
            "'a\\nb'": "'a\\nb'",
            "null": "null",
            "new Map([['a', { b: [1] }]])": "Map(1) { 'a' => { b: [ 1 ] } }",
            "[,1]": "[ <1 empty item>, 1 ]",
        }.items():
            with self.subTest(code):
                self.assertEqual(self.ok(code).result, expected)
        self.assertLess(len(self.ok("Array.from({ length: 1e6 }, (_, i) => i)").result), 2000)
        self.assertLess(len(self.ok("'x'.repeat(1e6)").result), 11_000)
        self.assertIn("[Circular *1]", self.ok("const ring: any = {}; ring.self = ring\nring").result)

    def test_nothing_to_show(self) -> None:
        for code in (
            "undefined",
            "void 1",
            "const quiet = 1",
            "1 + 1;;",
            "[1].map((x) => x); ;  // said",
            "",
            "// only this",
        ):
            with self.subTest(code):
                self.assertEqual(self.ok(code).contents("execute_result"), [])
        # A single one ends a statement, as formatters write it.
        self.assertEqual(self.ok("1 + 1;").result, "2")
        self.assertEqual(self.ok("if (true) { }\n'shown' // with a comment; like this").result, "'shown'")

    def test_last_results(self) -> None:
        first = self.ok("'one'").reply["execution_count"]
        self.ok("'two'")
        self.assertEqual(self.ok("[_, __]").result, "[ 'two', 'one' ]")
        self.assertEqual(self.ok(f"[Out[{first}], In[{first}]]").result, "[ 'one', \"'one'\" ]")
        again = self.ok("'one'").reply["execution_count"]
        self.assertEqual(self.ok(f"[Out[{first}], Out[{again}]]").result, "[ undefined, 'one' ]")
        self.assertEqual(self.ok("const _ = 'mine'\n_").result, "'mine'")


class ErrorTests(KernelCase):
    def test_runtime_error(self) -> None:
        ran = self.run_cell(
            "interface Box { inner?: { value: number } }\nfunction open(box: "
            "Box): number {\n\treturn box.inner!.value\n}\nopen({})"
        )
        self.assertEqual(ran.error["ename"], "TypeError")
        self.assertEqual(ran.reply["ename"], "TypeError")
        self.assertEqual(ran.reply["traceback"], ran.error["traceback"])
        label = f"In [{ran.reply['execution_count']}]"
        lines = ran.traceback.splitlines()
        self.assertEqual(lines[0], "TypeError: Cannot read properties of undefined (reading 'value')")
        self.assertEqual(lines[1], f"    at open ({label}:3:20)")
        self.assertEqual(lines[3], "3 | \treturn box.inner!.value")
        self.assertEqual(lines[4], "  | \t                  ^")
        self.assertEqual(lines[6], f"    at {label}:5:1")
        self.assertEqual(len(lines), 7, ran.traceback)
        self.assertIn("\x1b[31m", ran.error["traceback"][0])

    def test_lines_of_earlier_cells(self) -> None:
        earlier = self.ok("const ready = true\nfunction fail(): never {\n  throw new RangeError('far')\n}").reply[
            "execution_count"
        ]
        ran = self.run_cell("\n\nfail()")
        self.assertIn(f"at fail (In [{earlier}]:3:9)", ran.traceback)
        self.assertIn(f"at In [{ran.reply['execution_count']}]:3:1", ran.traceback)

    def test_async_errors(self) -> None:
        ran = self.run_cell("async function later() {\n  await null\n  throw new Error('async')\n}\nawait later()")
        label = f"In [{ran.reply['execution_count']}]"
        self.assertIn(f"at later ({label}:3:9)", ran.traceback)
        self.assertIn(f"{label}:5:7", ran.traceback)

    def test_causes(self) -> None:
        ran = self.run_cell("throw new Error('outer', { cause: new RangeError('inner', { cause: 'root' }) })")
        heads = [line for line in ran.traceback.splitlines() if line and not line.startswith((" ", "1 |", "  |"))]
        self.assertEqual(heads, ["Error: outer", "caused by", "RangeError: inner", "caused by", "Thrown value: 'root'"])
        ran = self.run_cell("throw new AggregateError([new Error('one'), new Error('two')], 'many')")
        self.assertIn("  Error: one", ran.traceback)
        self.assertIn("  Error: two", ran.traceback)

    def test_thrown_values(self) -> None:
        for code, expected in {
            "throw 7": "7",
            "throw { a: 1 }": "{ a: 1 }",
            "throw undefined": "undefined",
            "throw null": "null",
        }.items():
            with self.subTest(code):
                self.assertEqual(self.run_cell(code).error["evalue"], expected)

    def test_frames_of_helpers_by_their_source(self) -> None:
        (self.folder / "helper.ts").write_text(
            "interface Wide { a: number }\n\nexport function broken(wide: Wide): number {\n  if "
            "(wide.a > 0) {\n    throw new Error('in the helper')\n  }\n  return 0\n}\n"
        )
        ran = self.run_cell("import { broken } from './helper'\nbroken({ a: 1 })")
        self.assertIn("at broken (helper.ts:5:11)", ran.traceback)
        self.assertIn("5 |     throw new Error('in the helper')", ran.traceback)

    def test_a_package_that_refuses_shows_the_line_of_the_reader(self) -> None:
        code = "import { fit, tf, toCategorical } from 'cnn-helpers'\n\ntoCategorical([7], 5)"
        ran = self.run_cell(code, timeout=120)
        self.assertEqual(ran.error["ename"], "UsageError")
        self.assertIn("3 | toCategorical([7], 5)\n  | ^", ran.traceback)
        self.assertNotIn("throw new", ran.traceback)
        ran = self.run_cell(
            "const model = tf.sequential()\nawait fit(model, tf.data.array([]) as never, { epochs: 1 })"
        )
        self.assertEqual(ran.error["ename"], "UsageError")
        self.assertRegex(ran.traceback, r"2 \| await fit\(model.*\n  \| *\^")
        self.assertNotIn("throw new", ran.traceback)

    def test_internal_frames(self) -> None:
        code = "import fs from 'node:fs'\nfs.readFileSync('/does/not/exist')"
        self.assertNotIn("node:", self.run_cell(code).traceback)
        ran = self.run_cell("Jupyter.showInternals = true\n" + code)
        self.ok("Jupyter.showInternals = false")
        self.assertIn("node:fs", ran.traceback)

    def test_type_errors(self) -> None:
        ran = self.run_cell("const fine = 1\nconst wrong: number = 'text'")
        label = f"In [{ran.reply['execution_count']}]"
        self.assertEqual(ran.error["ename"], "TS2322")
        self.assertEqual(ran.error["evalue"], "Type 'string' is not assignable to type 'number'.")
        self.assertEqual(
            ran.traceback.splitlines(),
            [
                "TS2322: Type 'string' is not assignable to type 'number'.",
                f"    at {label}:2:7",
                "",
                "2 | const wrong: number = 'text'",
                "  |       ^^^^^",
            ],
        )
        self.assertEqual(self.run_cell("fine").error["ename"], "TS2304", "a cell with type errors does not run")

    def test_suggestions(self) -> None:
        self.assertIn("Did you mean 'toUpperCase'?", self.run_cell("'a'.toUperCase()").error["evalue"])
        ran = self.run_cell("interface P { x: number }\nconst p: P = { }")
        self.assertIn("'x' is declared here.", ran.traceback)
        self.assertIn("1 | interface P { x: number }", ran.traceback)
        many = self.run_cell("a1; a2; a3")
        self.assertIn("(and 2 more errors)", many.error["evalue"])
        self.assertEqual(many.traceback.count("TS2304"), 3)

    def test_syntax_errors(self) -> None:
        self.assertEqual(self.run_cell("const = 1").error["ename"], "TS1134")

    def test_strictness_of_the_project(self) -> None:
        self.assertEqual(self.run_cell("function f(x) { return x }").error["ename"], "TS7006")
        self.assertEqual(self.run_cell("const text: string = null").error["ename"], "TS2322")

    def test_escaped_errors(self) -> None:
        for kind, code in {
            "timer": "setTimeout(() => { throw new Error('late') }, 100)",
            "promise": "void new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 100))",
            "callback": "import { exec } from 'node:child_process'\nvoid exec('sleep "
            "0.2', () => { throw new Error('late') })",
        }.items():
            with self.subTest(kind):
                msg_id = self.kc.execute(code)
                self.collect(msg_id)
                errors = [m for m in self.iopub(0.6) if m["msg_type"] == "error"]
                self.assertEqual(len(errors), 1)
                self.assertEqual(errors[0]["parent_header"]["msg_id"], msg_id)
                self.assertRegex(
                    errors[0]["content"]["evalue"],
                    rf"^Uncaught in a {kind} of In \[\d+\], after " rf"the cell had ended: late$",
                )
                self.assertIn(
                    "throw new Error('late')" if kind != "promise" else "reject(new Error('late'))",
                    plain("\n".join(errors[0]["content"]["traceback"])),
                )
        self.assertEqual(self.ok("1").result, "1")

    def test_error_in_a_timer_of_the_running_cell(self) -> None:
        ran = self.run_cell("await new Promise(() => setTimeout(() => { throw new Error('now') }, 20))")
        self.assertEqual((ran.reply["status"], ran.error["evalue"]), ("error", "now"))

    def test_variables_of_a_failed_cell(self) -> None:
        self.ok("const before = 'old'; type Kept = string")
        self.run_cell(
            "const first = 1\nlet second = 2\nfunction third() { return 3 }\nthrow "
            "new Error('x')\nconst before = 'new'\nconst fourth = 4"
        )
        self.assertEqual(self.ok("[first, second, third()]").result, "[ 1, 2, 3 ]")
        self.assertEqual(self.run_cell("fourth").error["ename"], "TS2304")
        self.assertEqual(self.ok("const typed: Kept = 'still'\ntyped").result, "'still'")


class TypeScriptTests(KernelCase):
    def test_imports(self) -> None:
        self.assertEqual(self.ok("import { basename } from 'node:path'\nbasename('/a/b')").result, "'b'")
        self.assertEqual(
            self.ok(
                "import type { Stats } from 'node:fs'\nconst size = (s: Stats) => s.size\nsize({ size: 3 } as Stats)"
            ).result,
            "3",
        )
        self.assertEqual(self.ok("import { desc } from 'arquero'\ntypeof desc").result, "'function'")
        (self.folder / "data.json").write_text(json.dumps({"rows": [1, 2]}))
        self.assertEqual(self.ok("import data from './data.json'\ndata.rows.length").result, "2")
        self.assertEqual(self.run_cell("import './nowhere'").reply["ename"], "TS2882")
        self.assertEqual(self.run_cell("import { x } from './nowhere'").error["ename"], "TS2307")

    def test_exports(self) -> None:
        """`export` as in a module's file: the names are there for later cells, and positions are the cell's."""
        self.ok(
            "export const one = 1\nexport function next(n: number) { return "
            "n + 1 }\nexport interface Named { name: string }"
        )
        self.assertEqual(self.ok("const named: Named = { name: 'a' }\nnext(one)").result, "2")
        self.assertEqual(self.ok("export const one = 'again'").reply["status"], "ok")
        self.assertIn("In [", self.run_cell("\nexport const wrong: string = 3").traceback)
        self.assertIn(":2:14", self.run_cell("\nexport const wrong: string = 3").traceback)

    def test_import_from_above_the_folder(self) -> None:
        ran = self.ok("import { ROOT } from '../../src/shared/paths'\nROOT", timeout=TIMEOUT)
        self.assertEqual(ran.result, f"'{ROOT}'")

    def test_workspace_package(self) -> None:
        ran = self.run_cell(
            "import { toCategorical } from 'cnn-helpers'\nconst wrong: string = toCategorical", timeout=120
        )
        self.assertEqual(ran.error["ename"], "TS2322")

    def test_edits_are_taken_up_with_their_dependents(self) -> None:
        (self.folder / "inner.ts").write_text("export const value = 1\n")
        (self.folder / "outer.ts").write_text("import { value } from './inner'\nexport const twice = () => value * 2\n")
        cell = "import { twice } from './outer'\ntwice()"
        self.assertEqual(self.ok(cell).result, "2")
        time.sleep(0.02)
        (self.folder / "inner.ts").write_text("export const value = 21\n")
        self.assertEqual(self.ok(cell).result, "42")
        # Types too.
        (self.folder / "outer.ts").write_text("export const twice = () => 'text'\n")
        self.assertEqual(
            self.run_cell("import { twice } from './outer'\nconst n: number = twice()").error["ename"], "TS2322"
        )
        # A file that was missing when it was first asked for.
        self.run_cell("import { fresh } from './fresh'")
        (self.folder / "fresh.ts").write_text("export const fresh = 'here'\n")
        self.assertEqual(self.ok("import { fresh } from './fresh'\nfresh").result, "'here'")

    def test_type_errors_of_an_imported_file(self) -> None:
        (self.folder / "mistyped.ts").write_text("export const n: number = 'x'\n")
        ran = self.run_cell("import { n } from './mistyped'\nn")
        self.assertEqual(ran.error["ename"], "TS2322")
        self.assertIn("at mistyped.ts:1:14", ran.traceback)

    def test_awaits(self) -> None:
        self.assertEqual(self.ok("await Promise.resolve(5)").result, "5")
        self.assertEqual(self.ok("await (async () => 6)()").result, "6")
        self.assertEqual(
            self.ok("const sum: number[] = []\nfor await (const x of [1, Promise.resolve(2)]) sum.push(x)\nsum").result,
            "[ 1, 2 ]",
        )
        self.assertEqual(
            self.ok(
                "async function* g() { yield 1; yield 2 }\nlet all = 0\nfor await (const x of g()) all += x\nall"
            ).result,
            "3",
        )
        self.assertEqual(
            self.ok("const f = async () => (await null, await (await Promise.resolve(() => 7))())\nawait f()").result,
            "7",
        )
        self.assertEqual(self.ok("await { then(resolve: (n: number) => void) { resolve(8) } }").result, "8")
        failed = self.run_cell(
            "try { await Promise.reject(new Error('inner')) } catch (e) { console.log((e as "
            "Error).message) }\nawait Promise.reject(new TypeError('outer'))"
        )
        self.assertEqual((failed.text(), failed.error["ename"]), ("inner\n", "TypeError"))

    def test_redeclaration(self) -> None:
        self.ok("const name = 1; class Shape { side = 1 }; enum Level { low }")
        self.ok("const name = 'text'; class Shape { radius = 2 }")
        self.assertEqual(self.ok("[name, new Shape().radius, Level[0]]").result, "[ 'text', 2, 'low' ]")
        self.ok("let counter = 0")
        self.ok("counter += 5; const bump = () => ++counter")
        self.assertEqual(self.ok("bump(); counter").result, "6")

    def test_names_of_properties_and_of_earlier_variables(self) -> None:
        """An earlier cell's variables are read through `exports`; property names that it declared are not variables."""
        self.ok(
            "import { basename } from 'node:path'\ninterface Split { train: number; test?: "
            "number }\nconst seed = 3\nconst split: Split = { train: 4, test: 5 }"
        )
        for code, expected in {
            "const one = ({ train: x }: Split) => x * seed\none(split)": "12",
            "const two = ({ train: x, test: y = seed }: Split, { train: z "
            "}: Split) => [x, y, z]\ntwo({ train: 1 }, split)": "[ 1, 3, 4 ]",
            "const { train: first, ...rest } = split;\n[first, rest]": "[ 4, { test: 5 } ]",
            "const firsts: number[] = []\nfor (const { train: each } of [split]) firsts.push(each)\nfirsts": "[ 4 ]",
            "const made = { seed, inner: { seed, basename } }\nmade": "{ seed: 3, inner: { seed: 3, basename: "
            "[Function: basename] } }",
            "const shadow = (seed: string) => ({ seed })\nshadow('mine')": "{ seed: 'mine' }",
            "let train = 0, test: number | undefined;\n({ train, test = "
            "seed } = { train: 9 } as Split);\n[train, test]": "[ 9, 3 ]",
            "({ train, test = seed } = { train: 8 } as Split);\n[train, test]": "[ 8, 3 ]",
            "({ train: test } = split);\ntest": "4",
        }.items():
            with self.subTest(code):
                self.assertEqual(self.ok(code).result, expected)

    def test_module_cells(self) -> None:
        self.ok("/** @module geometry */\nexport function area(side: number): number { return side ** 2 }")
        self.assertEqual(self.ok("import { area } from './geometry'\narea(3)").result, "9")
        self.ok("/** @module geometry */\nexport function area(side: number): string { return 'new ' + side }")
        self.assertEqual(self.ok("import { area } from './geometry'\narea(3)").result, "'new 3'")
        self.assertEqual(self.run_cell("/** @module bad */\nexport const n: number = 'x'").error["ename"], "TS2322")


class InputTests(KernelCase):
    def answer(self, value: str | None) -> dict:
        """Waits for a question and answers it; returns the question."""
        message = self.kc.get_stdin_msg(timeout=TIMEOUT)
        self.assertEqual(message["msg_type"], "input_request")
        if value is not None:
            self.kc.input(value)
        return message

    def test_questions(self) -> None:
        msg_id = self.kc.execute(
            "const name = prompt('Name? ')\nconst fallback = prompt('Other? ', 'none')\nconst sure = confirm('Sure?')\n"
            "const secret = Jupyter.password('Key: ')\n;[name, fallback, sure, secret]",
            allow_stdin=True,
        )
        questions = [self.answer(value) for value in ("Ada", "", "Yes", "s3cret")]
        self.assertEqual([q["content"]["prompt"] for q in questions], ["Name? ", "Other? ", "Sure? [y/N] ", "Key: "])
        self.assertEqual([q["content"]["password"] for q in questions], [False, False, False, True])
        self.assertTrue(all(q["parent_header"]["msg_id"] == msg_id for q in questions))
        self.assertEqual(self.collect(msg_id).result, "[ 'Ada', 'none', true, 's3cret' ]")

    def test_no_input_allowed(self) -> None:
        ran = self.run_cell("prompt('?')", allow_stdin=False)
        self.assertEqual(ran.reply["status"], "error")
        self.assertIn("doesn't take input", ran.error["evalue"])

    def test_whether_somebody_is_there(self) -> None:
        for allowed in (True, False):
            ran = self.run_cell("Jupyter.interactive", allow_stdin=allowed)
            self.assertEqual(ran.result, "true" if allowed else "false")

    def test_interrupt_of_a_question(self) -> None:
        self.ok("let kept = 1")
        msg_id = self.kc.execute("prompt('waiting')", allow_stdin=True)
        self.answer(None)
        begin = time.monotonic()
        self.km.interrupt_kernel()
        ran = self.collect(msg_id)
        self.assertLess(time.monotonic() - begin, PROMPT)
        self.assertEqual(ran.error["ename"], "Interrupted")
        # An answer that comes too late is nobody's.
        self.kc.input("late")
        time.sleep(0.1)
        msg_id = self.kc.execute("[kept, prompt('again')]", allow_stdin=True)
        self.answer("fresh")
        self.assertEqual(self.collect(msg_id).result, "[ 1, 'fresh' ]")

    def test_input_after_the_cell(self) -> None:
        ran = self.ok("setTimeout(() => { try { prompt('?') } catch (e) { console.log((e as Error).message) } }, 50)")
        late = [m for m in self.iopub(0.5) if m["msg_type"] == "stream"]
        self.assertIn("while a cell is running", late[0]["content"]["text"])
        self.assertEqual(ran.reply["status"], "ok")


class CommTests(KernelCase):
    def send(self, msg_type: str, content: dict, **parts: object) -> list[dict]:
        """Sends a comm message and returns what comes of it on iopub, until the kernel is idle."""
        message = self.kc.session.msg(msg_type, content)
        self.kc.session.send(self.kc.shell_channel.socket, message, **parts)
        found = []
        while True:
            answer = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if answer["content"].get("execution_state") == "idle":
                return found
            found.append(answer)

    def test_target_in_the_kernel(self) -> None:
        self.ok(
            "Jupyter.comms.registerTarget('echo', (comm, opened) => {\n"
            "  comm.send({ opened: opened.data })\n"
            "  comm.onMessage(({ data, buffers }) => { console.log('got', data); "
            "comm.send({ back: data }, { m: 1 }, [...buffers]) })\n"
            "  comm.onClose(() => console.log('closed'))\n})"
        )
        opened = self.send("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {"a": 1}})
        self.assertEqual(
            [m["content"] for m in opened if m["msg_type"] == "comm_msg"],
            [{"comm_id": "c1", "data": {"opened": {"a": 1}}}],
        )
        self.assertEqual(
            self.shell("comm_info_request", {"target_name": "echo"})["comms"], {"c1": {"target_name": "echo"}}
        )
        self.assertEqual(self.shell("comm_info_request", {"target_name": "other"})["comms"], {})
        got = self.send("comm_msg", {"comm_id": "c1", "data": {"b": 2}}, buffers=[b"\x00\xffraw"])
        self.assertIn("got { b: 2 }", "".join(m["content"].get("text", "") for m in got))
        (back,) = [m for m in got if m["msg_type"] == "comm_msg"]
        self.assertEqual((back["content"]["data"], back["metadata"]), ({"back": {"b": 2}}, {"m": 1}))
        self.assertEqual([bytes(b) for b in back["buffers"]], [b"\x00\xffraw"])
        closed = self.send("comm_close", {"comm_id": "c1", "data": {}})
        self.assertIn("closed", "".join(m["content"].get("text", "") for m in closed))
        self.assertEqual(self.shell("comm_info_request", {})["comms"], {})

    def test_unknown_target(self) -> None:
        found = self.send("comm_open", {"comm_id": "c2", "target_name": "nobody", "data": {}})
        self.assertIn({"comm_id": "c2", "data": {}}, [m["content"] for m in found if m["msg_type"] == "comm_close"])
        self.assertEqual(self.send("comm_msg", {"comm_id": "never", "data": {}})[1:], [])

    def test_comm_opened_by_a_cell(self) -> None:
        ran = self.ok(
            "const comm = Jupyter.comms.open('front', { x: 1 })\ncomm.onMessage(({ "
            "data }) => comm.close({ last: data }))"
        )
        (content,) = ran.contents("comm_open")
        self.assertEqual((content["target_name"], content["data"]), ("front", {"x": 1}))
        found = self.send("comm_msg", {"comm_id": content["comm_id"], "data": {"y": 2}})
        self.assertIn({"comm_id": content["comm_id"], "data": {"last": {"y": 2}}}, [m["content"] for m in found])

    def test_failing_listener(self) -> None:
        self.ok("Jupyter.comms.registerTarget('bad', () => { throw new Error('in the target') })")
        found = self.send("comm_open", {"comm_id": "c3", "target_name": "bad", "data": {}})
        (error,) = [m["content"] for m in found if m["msg_type"] == "error"]
        self.assertIn("in the target", error["evalue"])
        self.assertEqual(self.ok("1").result, "1")


if __name__ == "__main__":
    unittest.main()
