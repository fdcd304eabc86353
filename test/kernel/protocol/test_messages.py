"""The messaging protocol, message by message."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import time
import unittest

from session import PROMPT, ROOT, TIMEOUT, KernelCase, manager


def lives(pid: int) -> bool:
    """Whether the process is there, and not just its entry that nobody has collected."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return state != "" and not state.startswith("Z")


class ExecuteTests(KernelCase):
    def test_kernel_info(self) -> None:
        info = self.control("kernel_info_request")
        self.assertEqual(info["status"], "ok")
        self.assertEqual(info["protocol_version"], "5.5")
        versions = {
            name: json.loads((ROOT / "node_modules" / name / "package.json").read_text())["version"]
            for name in ("tslab", "typescript")
        }
        self.assertEqual(info["implementation_version"], versions["tslab"])
        self.assertEqual(info["language_info"]["version"], versions["typescript"])
        self.assertTrue(all(link["url"].startswith("https://") and link["text"] for link in info["help_links"]))

    def test_order_and_parents(self) -> None:
        msg_id = self.kc.execute("console.log(1); 2")
        kinds = []
        while True:
            message = self.kc.get_iopub_msg(timeout=TIMEOUT)
            self.assertEqual(message["parent_header"]["msg_id"], msg_id)
            kinds.append(message["msg_type"])
            if message["content"].get("execution_state") == "idle":
                break
        self.assertEqual(kinds, ["status", "execute_input", "stream", "execute_result", "status"])
        reply = self.reply_to(msg_id)
        self.assertIn("started", reply["metadata"])
        self.assertEqual(reply["content"]["payload"], [])

    def test_execution_count(self) -> None:
        count = self.ok("1").reply["execution_count"]
        self.assertEqual(self.ok("2").reply["execution_count"], count + 1)
        self.assertEqual(self.ok("3", store_history=False).reply["execution_count"], count + 1)
        self.assertEqual(self.ok("4").reply["execution_count"], count + 2)

    def test_silent(self) -> None:
        count = self.ok("var quiet = 0").reply["execution_count"]
        ran = self.ok("quiet = 1; console.log('x'); await Jupyter.display(1); quiet", silent=True)
        self.assertEqual([message["msg_type"] for message in ran.messages], ["status"])
        failed = self.run_cell("throw new Error('x')", silent=True)
        self.assertEqual(failed.reply["status"], "error")
        self.assertEqual([message["msg_type"] for message in failed.messages], ["status"])
        after = self.ok("quiet")
        self.assertEqual(after.result, "1")
        self.assertEqual(after.reply["execution_count"], count + 1)

    def test_user_expressions(self) -> None:
        ran = self.ok(
            "const base = 20",
            user_expressions={
                "good": "base * 2 + 2",
                "wrong": "nothing",
                "throws": "(() => { throw new RangeError('r') })()",
            },
        )
        found = ran.reply["user_expressions"]
        self.assertEqual(found["good"], {"status": "ok", "data": {"text/plain": "42"}, "metadata": {}})
        self.assertEqual(found["wrong"]["ename"], "TS2304")
        self.assertEqual((found["throws"]["ename"], found["throws"]["evalue"]), ("RangeError", "r"))

    def test_stop_on_error(self) -> None:
        ids = [
            self.kc.execute(code)
            for code in ("await new Promise(r => setTimeout(r, 300)); throw new Error('x')", "console.log('no')")
        ]
        asked = self.kc.session.msg("kernel_info_request", {})
        self.kc.shell_channel.send(asked)
        statuses = [self.kc.get_shell_msg(timeout=TIMEOUT)["content"]["status"] for _ in range(3)]
        self.assertEqual(statuses, ["error", "aborted", "ok"])
        aborted = [m for m in self.iopub(0.3) if m["parent_header"]["msg_id"] == ids[1]]
        self.assertEqual([m["content"].get("execution_state") for m in aborted], ["busy", "idle"])
        # What comes after the failure runs.
        self.assertEqual(self.ok("'yes'").result, "'yes'")

    def test_no_stop_on_error(self) -> None:
        self.kc.execute("await new Promise(r => setTimeout(r, 300)); throw new Error('x')", stop_on_error=False)
        second = self.kc.execute("'ran'")
        self.assertEqual(self.collect(second).result, "'ran'")

    def test_malformed_requests(self) -> None:
        for msg_type, content in [
            ("execute_request", {}),
            ("execute_request", {"code": 7}),
            ("complete_request", {"code": "a"}),
            ("inspect_request", {"cursor_pos": 1}),
            ("is_complete_request", {"code": None}),
            ("history_request", {"hist_access_type": "no"}),
        ]:
            with self.subTest(msg_type, content=content):
                reply = self.shell(msg_type, content)
                self.assertEqual(reply["status"], "error")
                self.assertTrue(reply["evalue"])
        for content in ({"code": "ab", "cursor_pos": -5}, {"code": "ab", "cursor_pos": 99}):
            self.assertEqual(self.shell("complete_request", content)["status"], "ok")
        self.kc.shell_channel.send(self.kc.session.msg("nobody_knows_request", {}))
        self.assertEqual(self.ok("1").result, "1")

    def test_every_statement_runs(self) -> None:
        self.ok("const log: string[] = []")
        self.ok("void log.push('void'); void 0")
        self.ok("void log.push('last')")
        self.assertEqual(self.ok("log").result, "[ 'void', 'last' ]")

    def test_heartbeat_and_control_while_a_cell_loops(self) -> None:
        msg_id = self.kc.execute("const end = Date.now() + 3000; while (Date.now() < end) {}")
        time.sleep(0.2)
        begin = time.monotonic()
        self.assertEqual(self.control("kernel_info_request")["status"], "ok")
        self.assertLess(time.monotonic() - begin, 2.5)
        self.assertTrue(self.kc.hb_channel.is_beating())
        self.collect(msg_id)

    def test_subshells(self) -> None:
        name = self.control("create_subshell_request")["subshell_id"]
        self.assertEqual(self.control("list_subshell_request")["subshell_id"], [name])
        self.ok("let steps: string[] = []")
        main = self.kc.execute(
            "await new Promise<void>((r) => (globalThis as any).release = r); steps.push('main'); let fromMain = 1"
        )
        message = self.kc.session.msg(
            "execute_request", {"code": "steps.push('sub'); (globalThis as any).release(); let fromSub = 2"}
        )
        message["header"]["subshell_id"] = name
        time.sleep(0.3)
        self.kc.shell_channel.send(message)
        self.assertEqual(self.reply_to(message["header"]["msg_id"])["content"]["status"], "ok")
        self.assertEqual(self.reply_to(main)["content"]["status"], "ok")
        self.assertEqual(self.ok("[steps, fromMain + fromSub]").result, "[ [ 'sub', 'main' ], 3 ]")
        self.assertEqual(self.control("delete_subshell_request", {"subshell_id": name})["status"], "ok")
        self.assertEqual(self.control("delete_subshell_request", {"subshell_id": name})["status"], "error")
        lost = self.kc.session.msg("execute_request", {"code": "1"})
        lost["header"]["subshell_id"] = name
        self.kc.shell_channel.send(lost)
        self.assertEqual(self.reply_to(lost["header"]["msg_id"])["content"]["status"], "error")


class OutputTests(KernelCase):
    def test_streams_are_batched_ordered_and_whole(self) -> None:
        ran = self.ok(
            "for (let i = 0; i < 20000; i++) { console.log('out', i); if (i % 5000 === 0) console.error('err', i) }"
        )
        expected = "".join(f"out {i}\n" for i in range(20000))
        self.assertEqual(ran.text(), expected)
        self.assertEqual(ran.text("stderr"), "".join(f"err {i}\n" for i in range(0, 20000, 5000)))
        self.assertLess(len(ran.contents("stream")), 500)
        joined = "".join(content["text"] for content in ran.contents("stream"))
        self.assertLess(joined.index("out 5000\n"), joined.index("err 5000\n"))
        self.assertLess(joined.index("err 5000\n"), joined.index("out 5001\n"))

    def test_ten_megabytes_at_once(self) -> None:
        self.ok("1")
        ran = self.ok("for (let i = 0; i < 100000; i++) console.log('x'.repeat(99))")
        self.assertEqual(len(ran.text()), 10_000_000)
        self.assertLess(ran.seconds, 2 * PROMPT)
        self.assertTrue(self.kc.hb_channel.is_beating())

    def test_output_comes_while_a_cell_loops(self) -> None:
        msg_id = self.kc.execute("console.log('early'); const end = Date.now() + 4000; while (Date.now() < end) {}")
        begin = time.monotonic()
        while self.kc.get_iopub_msg(timeout=TIMEOUT)["msg_type"] != "stream":
            pass
        self.assertLess(time.monotonic() - begin, 3.5)
        self.collect(msg_id)

    def test_bytes(self) -> None:
        code = (
            "const bytes = Buffer.from('h\u00e9\u20ac\U0001f600\\n')\n"
            "for (const byte of bytes) process.stdout.write(Buffer.from([byte]))\n"
            "process.stdout.write('6869', 'hex')\n"
            "await new Promise<void>((done) => process.stdout.write('!', () => done()))"
        )
        self.assertEqual(self.ok(code).text(), "h\u00e9\u20ac\U0001f600\nhi!")

    def test_output_belongs_to_the_cell_that_started_it(self) -> None:
        kinds = {
            "a timer": "setTimeout(() => console.log('late'), 300)",
            "an interval": "let n = 0; const every = setInterval(() => { "
            "console.log('late'); clearInterval(every) }, 300)",
            "an async function": "void (async () => { await new Promise(r => setTimeout(r, "
            "300)); console.log('late') })()",
            "a promise timer": "import { setTimeout as pause } from 'node:timers/promises'\nvoid "
            "pause(300).then(() => console.log('late'))",
            "a display": "setTimeout(() => void Jupyter.display('late'), 300)",
        }
        for kind, code in kinds.items():
            with self.subTest(kind):
                first = self.kc.execute(code)
                self.collect(first)
                second = self.kc.execute("await new Promise(r => setTimeout(r, 600)); console.log('mine')")
                parents = {}
                for message in self.iopub(1.2):
                    if message["msg_type"] in ("stream", "display_data"):
                        parents[message["content"].get("text") or message["content"]["data"]["text/plain"]] = message[
                            "parent_header"
                        ]["msg_id"]
                self.reply_to(second)
                self.assertEqual(sorted(parents.values()), sorted([first, second]), parents)
                self.assertEqual(parents["mine\n"], second)

    def test_display_and_update(self) -> None:
        ran = self.ok(
            "await Jupyter.display('a', { id: 'one' }); await Jupyter.display('b', { id: 'one', update: true })"
        )
        self.assertEqual(
            [m["msg_type"] for m in ran.messages if "display" in m["msg_type"]], ["display_data", "update_display_data"]
        )
        self.assertEqual(ran.contents("update_display_data")[0]["transient"], {"display_id": "one"})
        ran = self.ok(
            "import { newDisplay, display } from 'tslab'\nconst d = newDisplay(); "
            "d.text('1'); d.text('2'); display.png(new Uint8Array([1, 2]))"
        )
        first, last = ran.contents("display_data")
        (update,) = ran.contents("update_display_data")
        self.assertEqual(first["transient"], update["transient"])
        self.assertEqual(last["data"], {"image/png": "AQI="})

    def test_clear_output(self) -> None:
        ran = self.ok("console.log(1); Jupyter.clearOutput({ wait: true }); console.log(2); Jupyter.clearOutput()")
        self.assertEqual([content["wait"] for content in ran.contents("clear_output")], [True, False])
        kinds = [m["msg_type"] for m in ran.messages if m["msg_type"] in ("stream", "clear_output")]
        self.assertEqual(kinds, ["stream", "clear_output", "stream", "clear_output"])


class CodeTests(KernelCase):
    """What the compiler answers: completion, inspection, completeness."""

    def complete(self, code: str, cursor: int | None = None) -> dict:
        return self.shell("complete_request", {"code": code, "cursor_pos": len(code) if cursor is None else cursor})

    def test_completion(self) -> None:
        self.ok("const point = { across: 1, up() {} }; class Shape {}")
        reply = self.complete("point.")
        self.assertEqual(set(reply["matches"]), {"across", "up"})
        kinds = {each["text"]: each["type"] for each in reply["metadata"]["_jupyter_types_experimental"]}
        self.assertEqual(kinds, {"across": "property", "up": "method"})
        self.assertIn("Shape", self.complete("new Sha")["matches"])

    def test_completion_is_quick_with_a_large_library(self) -> None:
        self.ok("import * as tf from '@tensorflow/tfjs-node'\nconst network = tf.sequential()", timeout=120)
        self.assertIn("fit", self.complete("network.")["matches"])
        times = []
        for _ in range(10):
            begin = time.monotonic()
            self.complete("network.")
            times.append(time.monotonic() - begin)
        self.assertLess(statistics.median(times), PROMPT)

    def test_completion_counts_code_points(self) -> None:
        code = "'\U0001f600\U0001f600'.toUpp"
        reply = self.complete(code)
        self.assertEqual(reply["matches"], ["toUpperCase"])
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (5, len(code)))

    def test_completion_of_a_file_system_module(self) -> None:
        self.assertIn("readFileSync", self.complete("import fs from 'node:fs'\nfs.readFileS")["matches"])

    def inspect(self, code: str, cursor: int | None = None, level: int = 0) -> dict:
        return self.shell(
            "inspect_request",
            {"code": code, "cursor_pos": len(code) if cursor is None else cursor, "detail_level": level},
        )

    def test_inspection(self) -> None:
        self.ok(
            "/** Adds two numbers.\n * @param left the first */\nfunction add(left: "
            "number, right: number): number {\n  return left + right\n}"
        )
        for cursor in (1, 3, 4):
            reply = self.inspect("add(1, 2)", cursor)
            self.assertTrue(reply["found"])
            self.assertIn("function add(left: number, right: number): number", reply["data"]["text/plain"])
            self.assertIn("Adds two numbers.", reply["data"]["text/plain"])
            self.assertIn("```typescript", reply["data"]["text/markdown"])
        self.assertNotIn("return left", self.inspect("add", level=0)["data"]["text/plain"])
        self.assertIn("return left + right", self.inspect("add", level=1)["data"]["text/plain"])
        self.assertEqual(self.inspect("nobody_knows"), {"status": "ok", "found": False, "data": {}, "metadata": {}})
        self.assertFalse(self.inspect("")["found"])

    def test_any_text_gets_an_answer(self) -> None:
        rng = random.Random(7)
        pieces = [
            "const ",
            "x",
            "=",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "`",
            "${",
            "'",
            "/*",
            "//",
            "\n",
            " ",
            ".",
            "=>",
            "class ",
            "import ",
            "from ",
            "await ",
            "for ",
            "of ",
            "<",
            ">",
            ":",
            ";",
            "@",
            "#",
            "1",
            "\u00e9",
            "\U0001f600",
            "\0",
            "export ",
            "type ",
            "/",
            "\\",
            "async ",
        ]
        for _ in range(150):
            code = "".join(rng.choice(pieces) for _ in range(rng.randrange(1, 25)))
            position = rng.randrange(len(code) + 1)
            with self.subTest(code=code, position=position):
                self.assertEqual(self.complete(code, position)["status"], "ok")
                self.assertEqual(self.inspect(code, position, rng.randrange(2))["status"], "ok")
                status = self.shell("is_complete_request", {"code": code})["status"]
                self.assertIn(status, ("complete", "incomplete", "invalid"))
                ran = self.run_cell(code, store_history=False, stop_on_error=False)
                self.assertIn(ran.reply["status"], ("ok", "error"))
        self.assertEqual(self.ok("6 * 7").result, "42")

    def test_incomplete_code_gets_an_indent(self) -> None:
        for code, expected in {
            "function f() {": "  ",
            "if (true) {\n  for (;;) {": "    ",
            "const a = [\n  1,": "  ",
            "`open": "",
        }.items():
            with self.subTest(code):
                self.assertEqual(
                    self.shell("is_complete_request", {"code": code}), {"status": "incomplete", "indent": expected}
                )


class HistoryTests(KernelCase):
    def history(self, **request: object) -> list:
        return self.shell("history_request", {"raw": True, "output": False, **request})["history"]

    def test_history_outlives_the_session(self) -> None:
        self.ok("'remember ' + 'me'")
        self.ok("void 0", store_history=False)
        self.ok("")
        (entry,) = self.history(hist_access_type="tail", n=1)
        self.assertEqual(entry[2], "'remember ' + 'me'")
        with_output = self.history(hist_access_type="search", pattern="'remember*", output=True)
        self.assertEqual(with_output[-1][2], ["'remember ' + 'me'", "'remember me'"])
        self.assertEqual(self.history(hist_access_type="range", session=0, start=entry[1], stop=entry[1] + 1), [entry])

        other = manager()
        other.start_kernel(cwd=str(self.folder))
        client = other.blocking_client()
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        try:
            client.history(hist_access_type="range", session=-1, start=1, stop=None)
            reply = client.get_shell_msg(timeout=TIMEOUT)
            while reply["msg_type"] != "history_reply":
                reply = client.get_shell_msg(timeout=TIMEOUT)
            self.assertIn("'remember ' + 'me'", [line[2] for line in reply["content"]["history"]])
        finally:
            client.stop_channels()
            other.shutdown_kernel()


class ExitTests(unittest.TestCase):
    """A cell ends the kernel: with its exit code, and not without a word."""

    def ended(self, *cells: str) -> tuple[int, list[dict], list[dict]]:
        """Sends `cells` to a new kernel; its exit code, the replies and what else came of the first cell."""
        km = manager()
        km.start_kernel(cwd=str(ROOT))
        self.addCleanup(km.shutdown_kernel, now=True)
        client = km.blocking_client()
        client.start_channels()
        self.addCleanup(client.stop_channels)
        client.wait_for_ready(timeout=TIMEOUT)
        sent = [client.execute(code) for code in cells]
        first = sent[0]
        code = km.provisioner.process.wait(TIMEOUT)
        replies = []
        while len(replies) < len(sent):
            reply = client.get_shell_msg(timeout=TIMEOUT)
            # `wait_for_ready` leaves replies behind if the kernel starts slowly.
            if reply["parent_header"]["msg_id"] in sent:
                replies.append(reply["content"])
        messages = []
        while client.iopub_channel.msg_ready():
            messages.append(client.get_iopub_msg(timeout=TIMEOUT))
        return code, replies, [message for message in messages if message["parent_header"].get("msg_id") == first]

    def test_exit_in_a_cell(self) -> None:
        script = "process.on('exit', (code) => console.log('leaving with', code))\nprocess.exit(0)\nconsole.log('past')"
        code, (reply, queued), messages = self.ended(script, "'queued'")
        self.assertEqual(code, 0)
        said = "The cell ended the kernel with exit code 0; its variables are gone."
        self.assertEqual((reply["status"], reply["ename"], reply["evalue"]), ("error", "Exit", said))
        self.assertEqual(queued["status"], "aborted")
        kinds = [message["msg_type"] for message in messages]
        self.assertEqual(kinds, ["status", "execute_input", "stream", "error", "status"])
        self.assertEqual(messages[2]["content"]["text"], "leaving with 0\n")
        self.assertEqual(messages[3]["content"]["evalue"], said)

    def test_exit_code_set_before(self) -> None:
        code, (reply,), _ = self.ended("await null\nprocess.exitCode = 4\nprocess.exit()")
        self.assertEqual((code, reply["ename"]), (4, "Exit"))

    def test_exit_in_a_timer_of_a_cell_that_has_ended(self) -> None:
        code, (reply,), messages = self.ended("void setTimeout(() => process.exit(5), 200)")
        self.assertEqual((code, reply["status"]), (5, "ok"))
        self.assertIn(
            "exit code 5", [message["content"]["evalue"] for message in messages if message["msg_type"] == "error"][0]
        )

    def test_exit_leaves_no_process(self) -> None:
        code, _, messages = self.ended(
            "import { spawn } from 'node:child_process'\nconsole.log(spawn('sleep', ['1000']).pid)\nprocess.exit(6)"
        )
        (pid,) = [int(message["content"]["text"]) for message in messages if message["msg_type"] == "stream"]
        self.assertEqual(code, 6)
        self.assertFalse(lives(pid))


class ShutdownTests(KernelCase):
    def test_shutdown_leaves_no_process(self) -> None:
        for restart in (True, False):
            km = manager()
            km.start_kernel(cwd=str(self.folder))
            client = km.blocking_client()
            client.start_channels()
            client.wait_for_ready(timeout=TIMEOUT)
            pids = []

            def take_pid(message: dict, pids: list = pids) -> None:
                if message["msg_type"] == "execute_result":
                    pids.append(int(message["content"]["data"]["text/plain"]))

            ran = client.execute_interactive(
                "import { spawn } from 'node:child_process'\nconst child = spawn('sleep', ['1000'])\nchild.pid",
                output_hook=take_pid,
                timeout=TIMEOUT,
            )
            self.assertEqual(ran["content"]["status"], "ok")
            # Even out of a loop.
            client.execute("while (true) {}")
            time.sleep(0.3)
            client.shutdown(restart=restart)
            reply = client.control_channel.get_msg(timeout=TIMEOUT)
            self.assertEqual(reply["content"], {"status": "ok", "restart": restart})
            end = time.monotonic() + 10
            while km.is_alive() and time.monotonic() < end:
                time.sleep(0.05)
            self.assertFalse(km.is_alive())
            self.assertFalse(lives(pids[0]))
            client.stop_channels()
            km.cleanup_resources()


if __name__ == "__main__":
    unittest.main()
