"""The debugger: Jupyter's debug requests, https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request."""

from __future__ import annotations

import os
import random
import time
from queue import Empty
from typing import Any

from ipykernel.compiler import murmur2_x86
from session import PROMPT, TIMEOUT, KernelCase

LOOP = """let total = 0
const values = [1, 2, 3]
for (const value of values) {
  const doubled: number = value * 2
  total += doubled
}
total"""

FUNCTIONS = """function inner(n: number): number {
  const square = n * n
  return square + 1
}
function outer(n: number): number {
  const first = inner(n)
  return first * 2
}"""


class DebuggerCase(KernelCase):
    """Requests and events, with one debugger per test."""

    def setUp(self) -> None:
        self.sequence = 0
        self.request("initialize", clientID="test", adapterID="")
        self.request("attach")
        self.request("configurationDone")

    def tearDown(self) -> None:
        self.request("disconnect", restart=False, terminateDebuggee=False)
        while True:
            try:
                self.kc.get_shell_msg(timeout=0.1)
            except Empty:
                break

    def raw(self, command: str, **arguments: Any) -> dict[str, Any]:
        self.sequence += 1
        request = {"type": "request", "seq": self.sequence, "command": command, "arguments": arguments}
        reply = self.control("debug_request", request)
        self.assertEqual(reply["request_seq"], self.sequence)
        self.assertEqual((reply["type"], reply["command"]), ("response", command))
        return reply

    def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        """The body of the reply to a request that must succeed."""
        reply = self.raw(command, **arguments)
        self.assertTrue(reply["success"], reply)
        return reply["body"]

    def breakpoints(self, code: str, *wanted: int | dict[str, Any]) -> str:
        path = self.request("dumpCell", code=code)["sourcePath"]
        breakpoints = [{"line": each} if isinstance(each, int) else each for each in wanted]
        body = self.request("setBreakpoints", source={"path": path}, breakpoints=breakpoints, sourceModified=False)
        self.assertEqual(len(body["breakpoints"]), len(breakpoints))
        self.assertTrue(all(each["verified"] for each in body["breakpoints"]))
        return path

    def event(self, kind: str) -> dict[str, Any]:
        """The body of the next event, which must be of this kind."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            message = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] == "debug_event" and message["content"]["event"] == kind:
                return message["content"]["body"]
            self.assertNotEqual(message["msg_type"], "error", message["content"])
        raise AssertionError(f"no event {kind}")

    def stopped(self, reason: str, line: int) -> list[dict[str, Any]]:
        """Waits for the stop; returns the frames."""
        body = self.event("stopped")
        self.assertEqual((body["reason"], body["threadId"], body["allThreadsStopped"]), (reason, 1, True))
        frames = self.request("stackTrace", threadId=1)["stackFrames"]
        self.assertEqual(frames[0]["line"], line, frames)
        return frames

    def variables(self, frame: int = 1, scope: str = "Locals") -> dict[str, str]:
        scopes = {each["name"]: each for each in self.request("scopes", frameId=frame)["scopes"]}
        return {each["name"]: each["value"] for each in self.opened(scopes[scope]["variablesReference"])}

    def opened(self, reference: int) -> list[dict[str, Any]]:
        return self.request("variables", variablesReference=reference)["variables"]

    def go(self, command: str) -> None:
        self.request(command, threadId=1)

    def finished(self, msg_id: str) -> Any:
        return self.collect(msg_id)


class DebuggerTests(DebuggerCase):
    def test_info(self) -> None:
        info = self.request("debugInfo")
        self.assertTrue(info["isStarted"])
        self.assertEqual(info["stoppedThreads"], [])
        for code in ("", "a", "ab", "abc", "abcd", "let größe = '😀'\n", LOOP, "x" * 1001):
            hashed = murmur2_x86(code, info["hashSeed"])
            path = f"{info['tmpFilePrefix']}{hashed}{info['tmpFileSuffix']}"
            self.assertEqual(self.request("dumpCell", code=code)["sourcePath"], path)
            self.assertEqual(self.request("source", source={"path": path})["content"], code)
        path = self.breakpoints(LOOP, 4)
        self.assertEqual(self.request("debugInfo")["breakpoints"], [{"source": path, "breakpoints": [{"line": 4}]}])
        self.assertTrue(self.control("kernel_info_request")["debugger"])

    def test_a_breakpoint_in_a_loop(self) -> None:
        path = self.breakpoints(LOOP, 5)
        msg_id = self.kc.execute(LOOP)
        for value, total in ((1, 0), (2, 2), (3, 6)):
            [frame] = self.stopped("breakpoint", 5)
            self.assertEqual((frame["source"]["path"], frame["column"]), (path, 3))
            shown = self.variables()
            self.assertEqual(shown["value"], str(value))
            self.assertEqual(shown["doubled"], str(2 * value))
            self.assertEqual(shown["total"], str(total))
            self.assertEqual(shown["values"], "[ 1, 2, 3 ]")
            self.assertEqual([name for name in shown if name.startswith("_") or name == "require"], [])
            self.go("continue")
            self.assertEqual(self.event("continued"), {"threadId": 1, "allThreadsContinued": True})
        self.assertEqual(self.finished(msg_id).result, "12")

    def test_steps(self) -> None:
        self.ok(FUNCTIONS)
        code = "const before = 1\nconst result = outer(3)\nresult + before"
        self.breakpoints(code, 2)
        msg_id = self.kc.execute(code)
        self.stopped("breakpoint", 2)
        self.go("stepIn")
        frames = self.stopped("step", 6)
        self.assertEqual([(each["name"], each["line"]) for each in frames], [("outer", 6), (frames[1]["name"], 2)])
        self.assertRegex(frames[1]["name"], r"^In \[\d+\]$")
        self.assertEqual(self.variables()["n"], "3")
        self.assertEqual(self.variables(1, "Globals")["before"], "1")
        self.assertEqual(self.variables(2)["before"], "1")
        self.go("stepIn")
        self.stopped("step", 2)
        self.go("next")
        self.stopped("step", 3)
        self.assertEqual(self.variables()["square"], "9")
        self.go("stepOut")
        self.stopped("step", 7)
        self.assertEqual(self.variables()["first"], "10")
        self.go("continue")
        self.assertEqual(self.finished(msg_id).result, "21")

    def test_a_step_at_the_end_of_a_cell_ends_it(self) -> None:
        code = "const one = 1\none + 1"
        self.breakpoints(code, 2)
        msg_id = self.kc.execute(code)
        self.stopped("breakpoint", 2)
        self.go("next")
        self.assertEqual(self.finished(msg_id).result, "2")
        self.assertEqual(self.ok("one + 2").result, "3")

    def test_a_step_over_an_await(self) -> None:
        code = (
            "import { setTimeout as sleep } from 'node:timers/promises'\n"
            "const a = await sleep(50, 'slept')\nconst b = a + '!'\nb"
        )
        self.breakpoints(code, 2)
        msg_id = self.kc.execute(code)
        self.stopped("breakpoint", 2)
        self.go("next")
        self.stopped("step", 3)
        self.assertEqual(self.variables()["a"], "'slept'")
        self.go("continue")
        self.assertEqual(self.finished(msg_id).result, "'slept!'")

    def test_a_function_of_an_earlier_cell(self) -> None:
        """Its breakpoint is set after the cell has run."""
        code = FUNCTIONS.replace("square + 1", "square + 2")
        self.ok(code)
        path = self.breakpoints(code, 3)
        msg_id = self.kc.execute("outer(2)")
        frames = self.stopped("breakpoint", 3)
        self.assertEqual([each["name"] for each in frames[:2]], ["inner", "outer"])
        self.assertEqual(frames[0]["source"]["path"], path)
        self.go("continue")
        self.assertEqual(self.finished(msg_id).result, "12")
        self.breakpoints(code)
        self.assertEqual(self.ok("outer(2)").result, "12")

    def test_conditions_and_logpoints(self) -> None:
        self.breakpoints(LOOP, {"line": 5, "condition": "value === 2 && total > 0"})
        msg_id = self.kc.execute(LOOP)
        self.stopped("breakpoint", 5)
        self.assertEqual(self.variables()["value"], "2")
        self.go("continue")
        self.assertEqual(self.finished(msg_id).result, "12")

        self.breakpoints(LOOP, {"line": 5, "hitCondition": "3"})
        msg_id = self.kc.execute(LOOP)
        self.stopped("breakpoint", 5)
        self.assertEqual(self.variables()["value"], "3")
        self.go("continue")
        self.finished(msg_id)

        self.breakpoints(LOOP, {"line": 5, "logMessage": "value {value}, total {total}"})
        ran = self.ok(LOOP)
        self.assertEqual(ran.text(), "value 1, total 0\nvalue 2, total 2\nvalue 3, total 6\n")

    def test_exceptions(self) -> None:
        caught = "try {\n  throw new Error('caught')\n} catch {}\n1"
        uncaught = "function fails(): number {\n  throw new TypeError('no good')\n}\nfails()"
        self.request("setExceptionBreakpoints", filters=["uncaught"])
        self.assertEqual(self.ok(caught).result, "1")
        msg_id = self.kc.execute(uncaught)
        body = self.event("stopped")
        self.assertEqual((body["reason"], body["text"]), ("exception", "TypeError: no good"))
        frames = self.request("stackTrace", threadId=1)["stackFrames"]
        self.assertEqual([each["line"] for each in frames], [2, 4])
        self.go("continue")
        self.assertEqual(self.finished(msg_id).error["ename"], "TypeError")
        self.request("setExceptionBreakpoints", filters=["all"])
        msg_id = self.kc.execute(caught)
        self.stopped("exception", 2)
        self.go("continue")
        self.assertEqual(self.finished(msg_id).result, "1")
        self.request("setExceptionBreakpoints", filters=[])
        self.assertEqual(self.ok(caught).result, "1")

    def test_pause(self) -> None:
        msg_id = self.kc.execute("let going = true; let rounds = 0\nwhile (going) {\n  rounds++\n}\nrounds > 0")
        time.sleep(0.3)
        self.go("pause")
        body = self.event("stopped")
        self.assertEqual(body["reason"], "pause")
        self.assertEqual(self.request("evaluate", expression="going = false", frameId=1)["result"], "false")
        self.go("continue")
        self.assertEqual(self.finished(msg_id).result, "true")

    def test_values(self) -> None:
        self.ok(
            "import * as tf from '@tensorflow/tfjs'\n"
            "const tensor = tf.tensor2d([[1, 2], [3, 4]])\nconst gone = tf.scalar(1); gone.dispose()\n"
            "const long = Array.from({ length: 1000 }, (_, i) => i)\nconst bytes = new Uint8Array(500)\n"
            "const map = new Map([['a', 1]])\nconst set = new Set([5])\nconst nested = { deep: { deeper: [1] } }\n"
            "class Lazy { get value() { throw new Error('called') } own = 1 }\nconst lazy = new Lazy()\n"
            "const text = 'x'.repeat(1000); const nothing = undefined; const big = 10n; const nan = NaN"
        )
        listed = {each["name"]: each for each in self.request("inspectVariables")["variables"]}
        self.assertEqual(listed["tensor"]["value"], "Tensor [2, 2] float32: 1, 2, 3, 4")
        self.assertEqual(self.request("evaluate", expression="tensor")["type"], "Tensor")
        self.assertEqual(listed["gone"]["value"], "Tensor [] float32, disposed")
        self.assertEqual([listed[name]["value"] for name in ("nothing", "big", "nan")], ["undefined", "10n", "NaN"])
        self.assertLess(len(listed["text"]["value"]), 300)

        def opened(name: str) -> list[tuple[str, str]]:
            return [(each["name"], each["value"]) for each in self.opened(listed[name]["variablesReference"])]

        for name, length in (("long", 1000), ("bytes", 500)):
            entries = opened(name)
            self.assertEqual(len(entries), 101)
            self.assertEqual((entries[0], entries[-1]), (("0", "0"), ("…", f"{length - 100} more")))
        self.assertEqual(opened("map"), [("'a'", "1")])
        self.assertEqual(opened("set"), [("0", "5")])
        self.assertEqual(opened("lazy"), [("own", "1")])
        [deep] = self.opened(listed["nested"]["variablesReference"])
        [deeper] = self.opened(deep["variablesReference"])
        self.assertEqual((deeper["name"], deeper["value"]), ("deeper", "[ 1 ]"))
        rich = self.request("richInspectVariables", variableName="nested")
        self.assertEqual(rich["data"]["text/plain"], "{ deep: { deeper: [ 1 ] } }")

    def test_rich_values(self) -> None:
        """A variable is shown as the result of a cell is, also while the cell is stopped."""
        code = """const shown = { [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>1</b>" }) }
const later = { [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>2</b>" }) }
const end = 1"""
        self.breakpoints(code, 3)
        msg_id = self.kc.execute(code)
        self.stopped("breakpoint", 3)
        shown = self.request("richInspectVariables", variableName="shown", frameId=1)
        self.assertEqual(shown["data"], {"text/html": "<b>1</b>"})
        later = self.request("richInspectVariables", variableName="later", frameId=1)["data"]
        self.assertEqual(list(later), ["text/plain"])
        self.go("continue")
        self.finished(msg_id)
        self.assertEqual(self.request("richInspectVariables", variableName="shown"), shown)
        later = self.request("richInspectVariables", variableName="later")["data"]
        self.assertEqual(later, {"text/html": "<b>2</b>"})

    def test_evaluate_and_set(self) -> None:
        self.ok(FUNCTIONS + "\nlet rate = 2")
        code = "const item = { price: 10 }\nouter(item.price) * rate"
        path = self.breakpoints(FUNCTIONS + "\nlet rate = 2", 2)
        self.assertNotEqual(path, self.request("dumpCell", code=code)["sourcePath"])
        msg_id = self.kc.execute(code)
        self.stopped("breakpoint", 2)

        def value(expression: str, frame: int = 1) -> str:
            return self.request("evaluate", expression=expression, frameId=frame, context="watch")["result"]

        self.assertEqual(value("n * n"), "100")
        self.assertEqual(value("(n as number) + rate"), "12")
        self.assertEqual(value("item.price", 3), "10")
        self.assertEqual(value("{ a: n }"), "{ a: 10 }")
        self.assertEqual(value("[1, 2].map((n) => n * rate)"), "[ 2, 4 ]")
        for wrong in ("missing", "await null", "n +"):
            reply = self.raw("evaluate", expression=wrong, frameId=1)
            self.assertFalse(reply["success"])
            self.assertTrue(reply["message"])
        scopes = {each["name"]: each["variablesReference"] for each in self.request("scopes", frameId=1)["scopes"]}
        changed = self.request(
            "setVariable", variablesReference=scopes["Locals"], name="n", value="n * rate + item.price"
        )
        self.assertEqual(changed["value"], "30")
        self.assertEqual(self.variables()["n"], "30")
        self.request("setVariable", variablesReference=scopes["Globals"], name="rate", value="3")
        [item] = [each for each in self.opened(scopes["Globals"]) if each["name"] == "item"]
        self.request("setVariable", variablesReference=item["variablesReference"], name="price", value="11")
        self.request("copyToGlobals", srcVariableName="n", dstVariableName="copied", srcFrameId=1)
        self.go("continue")
        self.assertEqual(self.finished(msg_id).result, str(901 * 2 * 3))
        self.assertEqual(self.ok("[copied, rate, item.price]").result, "[ 30, 3, 11 ]")

    def test_a_file_that_a_cell_imports(self) -> None:
        file = self.folder / "helper.ts"
        file.write_text(
            "// A helper.\nexport function half(n: number): number {\n  const result = n / 2\n\n  return result\n}\n"
        )
        self.ok("import { half } from './helper'")
        self.request("setBreakpoints", source={"path": str(file)}, breakpoints=[{"line": 4}])
        msg_id = self.kc.execute("half(10)")
        frames = self.stopped("breakpoint", 5)
        self.assertEqual((frames[0]["name"], frames[0]["source"]["path"]), ("half", str(file)))
        self.assertEqual(self.variables()["result"], "5")
        self.assertIn("export function half", self.request("source", source={"path": str(file)})["content"])
        paths = [each["path"] for each in self.request("modules")["modules"]]
        self.assertIn(str(file), paths)
        self.assertEqual([each for each in paths if "/src/kernel/" in each], [])
        self.go("continue")
        self.assertEqual(self.finished(msg_id).result, "5")

    def test_a_file_that_is_loaded_later(self) -> None:
        """Its breakpoints are there before anything of it runs, and again when it's loaded after an edit."""
        file = self.folder / "a later+file.ts"
        code = (
            "// Later.\nexport const start = Math.max(1, 2)\n"
            "export function third(n: number): number {\n  return n / 3\n}\n"
        )
        use = "import { start, third } from './a later+file'\nthird(9) + start"
        for number in range(2):
            file.write_text(f"{code}// {number}\n")
            os.utime(file, (number, number))
            self.request("setBreakpoints", source={"path": str(file)}, breakpoints=[{"line": 2}, {"line": 4}])
            msg_id = self.kc.execute(use)
            for line in (2, 4):
                self.assertEqual(self.stopped("breakpoint", line)[0]["source"]["path"], str(file))
                self.go("continue")
            self.assertEqual(self.finished(msg_id).result, "5")

    def test_the_kernel_answers_while_a_cell_is_stopped(self) -> None:
        self.breakpoints(LOOP, 4)
        msg_id = self.kc.execute(LOOP)
        self.stopped("breakpoint", 4)
        self.assertEqual(self.control("kernel_info_request")["status"], "ok")
        self.assertEqual(self.request("debugInfo")["stoppedThreads"], [1])
        self.assertTrue(self.kc.hb_channel.is_beating())
        completed = self.control("complete_request", {"code": "Math.hyp", "cursor_pos": 8})
        self.assertEqual(completed["matches"], ["hypot"])
        self.breakpoints(LOOP)
        self.go("continue")
        self.finished(msg_id)

    def test_interrupts_while_stopped(self) -> None:
        seeded = random.Random(2)
        for _ in range(10):
            code = f"var after = false // {seeded.random()}\nfor (let i = 0; ; i++) {{\n  after = i > 0\n}}"
            self.breakpoints(code, 3)
            msg_id = self.kc.execute(code)
            self.stopped("breakpoint", 3)
            time.sleep(seeded.random() / 20)
            begin = time.monotonic()
            self.km.interrupt_kernel()
            ran = self.finished(msg_id)
            self.assertEqual(ran.error["ename"], "Interrupted")
            self.assertLess(time.monotonic() - begin, PROMPT)
            self.assertEqual(self.ok("after").result, "false", "code behind the breakpoint ran")

    def test_a_flood_of_stops(self) -> None:
        code = "let sum = 0\nfor (let i = 0; i < 50; i++) {\n  sum += i\n}\nsum"
        self.breakpoints(code, {"line": 3, "condition": "i > 1000"})
        self.assertEqual(self.ok(code).result, "1225")

    def test_variables_are_listed_while_a_cell_starts(self) -> None:
        """JupyterLab asks for the variables whenever a cell is run."""
        for number in range(60):
            code = f"var listed = {number}\nlisted += 1\nlisted"
            self.breakpoints(code, 2)
            msg_id = self.kc.execute(code)
            time.sleep(0.0005 * (number % 30))
            for _ in range(3):
                request = {"type": "request", "seq": 0, "command": "inspectVariables", "arguments": {}}
                self.kc.control_channel.send(self.kc.session.msg("debug_request", request))
            self.stopped("breakpoint", 2)
            self.go("continue")
            self.assertEqual(self.finished(msg_id).result, str(number + 1))

    def test_a_burst_of_requests(self) -> None:
        """JupyterLab asks for the variables whenever a cell begins and ends, and doesn't wait for the answers."""
        for _ in range(5):
            self.breakpoints(LOOP, 5)
            sent = 0
            for index in range(20):
                command = ("inspectVariables", "debugInfo", "modules")[index % 3]
                content = {"type": "request", "seq": 1000 + index, "command": command, "arguments": {}}
                self.kc.control_channel.send(self.kc.session.msg("debug_request", content))
                sent += 1
                if index == 10:
                    msg_id = self.kc.execute(LOOP)
            for _ in range(sent):
                self.kc.control_channel.get_msg(timeout=TIMEOUT)
            for _ in range(3):
                self.stopped("breakpoint", 5)
                self.go("continue")
            self.assertEqual(self.finished(msg_id).result, "12")

    def test_breakpoints_that_change_at_once(self) -> None:
        path = self.request("dumpCell", code=LOOP)["sourcePath"]
        for _ in range(20):
            for wanted in ([{"line": 4}, {"line": 5}], [{"line": 5}], []):
                arguments = {"source": {"path": path}, "breakpoints": wanted}
                content = {"type": "request", "seq": 1, "command": "setBreakpoints", "arguments": arguments}
                self.kc.control_channel.send(self.kc.session.msg("debug_request", content))
            for _ in range(3):
                self.assertTrue(self.kc.control_channel.get_msg(timeout=TIMEOUT)["content"]["success"])
            self.assertEqual(self.ok(LOOP).result, "12", "a breakpoint that was removed stopped the cell")

    def test_wrong_requests(self) -> None:
        for command, arguments in (
            ("noSuchRequest", {}),
            ("stackTrace", {"threadId": 1}),
            ("continue", {"threadId": 1}),
            ("scopes", {"frameId": 9}),
            ("source", {"source": {"path": "/no/such"}}),
            ("dumpCell", {}),
            ("setBreakpoints", {}),
            ("richInspectVariables", {"variableName": "no such"}),
            ("evaluate", {}),
        ):
            with self.subTest(command):
                reply = self.raw(command, **arguments)
                self.assertFalse(reply["success"])
                self.assertTrue(reply["message"])
        self.assertEqual(self.request("variables", variablesReference=12345)["variables"], [])
        self.assertEqual(self.ok("1 + 1").result, "2")

    def test_disconnect_while_stopped(self) -> None:
        self.breakpoints(LOOP, 4)
        msg_id = self.kc.execute(LOOP)
        self.stopped("breakpoint", 4)
        self.request("disconnect", restart=False, terminateDebuggee=False)
        self.assertEqual(self.finished(msg_id).result, "12")
        self.assertFalse(self.request("debugInfo")["isStarted"])
        self.assertEqual(self.ok(LOOP).result, "12")


class EndTests(DebuggerCase):
    """A kernel that ends, or is started again, while it is debugged."""

    def test_restarts_while_stopped(self) -> None:
        for _ in range(3):
            self.breakpoints(LOOP, 4)
            self.kc.execute(LOOP)
            self.stopped("breakpoint", 4)
            self.km.restart_kernel(now=False)
            self.kc.wait_for_ready(timeout=TIMEOUT)
            self.assertEqual(self.ok("1 + 1").result, "2")
            DebuggerCase.setUp(self)

    def test_the_end_of_the_process(self) -> None:
        msg_id = self.kc.execute("process.exit(3)")
        self.assertEqual(self.collect(msg_id).error["ename"], "Exit")
        self.assertEqual(self.km.provisioner.process.wait(TIMEOUT), 3)
        self.km.restart_kernel(now=True)
        self.kc.wait_for_ready(timeout=TIMEOUT)
