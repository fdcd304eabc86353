"""Values that can't be sent, or only in part: an error in that cell, and the kernel goes on."""

from __future__ import annotations

import json
import unittest

from session import TIMEOUT, KernelCase

CIRCULAR = "const loop: any = {}; loop.loop = loop;\n"


class ValueTests(KernelCase):
    def refused(self, code: str, ename: str, text: str) -> None:
        """Runs a cell that must fail with an error that says `text`, after which the kernel is alive."""
        ran = self.run_cell(code, timeout=120)
        self.assertEqual(ran.reply["status"], "error", ran.reply)
        self.assertEqual(ran.error["ename"], ename)
        self.assertIn(text, ran.error["evalue"])
        self.assertEqual(self.ok("40 + 2").result, "42")

    def test_values_that_json_cannot_represent(self) -> None:
        bundles = {
            "a bundle": "await Jupyter.display({ 'application/json': %s }, { raw: true })",
            "metadata": "await Jupyter.display({ 'text/plain': 'x' }, { raw: true, metadata: { a: %s } })",
            "a bundle of the value's own": "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': %s }) })",
            "a comm": "Jupyter.comms.open('target', { a: %s })",
            "a comm's message": "Jupyter.comms.open('target').send({ a: %s })",
        }
        for place, code in bundles.items():
            with self.subTest(place, value="BigInt"):
                self.refused(code % "{ big: 1n }", "TypeError", "BigInt")
            with self.subTest(place, value="circular"):
                self.refused(CIRCULAR + code % "loop", "TypeError", "circular")

    def test_the_cell_can_catch_the_error(self) -> None:
        code = (
            "try { await Jupyter.display({ a: 1n } as any, { raw: true }) } "
            "catch (e) { console.log(e instanceof TypeError) }"
        )
        self.assertEqual(self.ok(code).text(), "true\n")

    def test_user_expressions(self) -> None:
        expression = "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': 1n }) })"
        found = self.ok("1", user_expressions={"big": expression, "good": "6 * 7"}).reply["user_expressions"]
        self.assertEqual((found["big"]["status"], found["big"]["ename"]), ("error", "TypeError"))
        self.assertEqual(found["good"]["data"]["text/plain"], "42")

    def test_buffers_of_a_comm_must_be_bytes(self) -> None:
        self.refused("Jupyter.comms.open('target', {}, {}, ['text'] as any)", "TypeError", "typed arrays")

    def test_bundles_that_are_too_large(self) -> None:
        code = "await Jupyter.display({ 'text/html': '\\n'.repeat(3e8) }, { raw: true })"
        self.refused(code, "RangeError", "at most 100 MB")

    def test_long_error_messages_are_cut(self) -> None:
        ran = self.run_cell("throw new Error('x'.repeat(1e7))", timeout=120)
        self.assertIn("more characters", ran.error["evalue"])
        self.assertLess(len(json.dumps(ran.error)), 1_000_000)

    def test_errors_whose_own_code_fails(self) -> None:
        for thrown in (
            "{ get message() { throw 1 }, get name() { throw 2 }, toString() { throw 3 } }",
            "Object.create(null)",
            "new Proxy({}, { get() { throw 1 } })",
            "Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('y') } })",
            "null",
        ):
            with self.subTest(thrown):
                self.assertEqual(self.run_cell(f"throw {thrown}").reply["status"], "error")
                self.assertEqual(self.ok("40 + 2").result, "42")

    def test_long_text_arrives_whole(self) -> None:
        ran = self.ok("console.log('\\u0001'.repeat(3e7))", timeout=TIMEOUT)
        self.assertEqual(len(ran.text()), 30_000_001)
        self.assertLess(max(len(content["text"]) for content in ran.contents("stream")), 1_000_000)

    def test_half_surrogate_pairs_become_replacement_characters(self) -> None:
        self.assertEqual(self.ok("console.log('\U0001f600'[0] + '|' + '\U0001f600')").text(), "\ufffd|\U0001f600\n")
        self.ok("process.stderr.write('a'.repeat(65535) + '\U0001f600')")
        html = self.ok("await Jupyter.display({ 'text/html': '\U0001f600'[1] + '\\\\ud83d' }, { raw: true })")
        self.assertEqual(html.contents("display_data")[0]["data"]["text/html"], "\ufffd\\ud83d")
        error = self.run_cell("throw new Error('\U0001f600'[0])").error
        self.assertEqual(error["evalue"], "\ufffd")
        key = self.ok("await Jupyter.display({ 'application/json': { ['\U0001f600'[0]]: 1 } }, { raw: true })")
        self.assertEqual(key.contents("display_data")[0]["data"]["application/json"], {"\ufffd": 1})

    def test_surrogate_pairs_stay_whole_where_long_text_is_split(self) -> None:
        text = self.ok("console.log('a'.repeat(65535) + '\U0001f600'.repeat(100000))").text()
        self.assertEqual(text, "a" * 65535 + "\U0001f600" * 100000 + "\n")

    def test_large_objects_are_shown_in_part(self) -> None:
        self.ok(
            "const large: Record<string, number> = {}; for (let i = 0; i < 1e6; i++) large['key' + i] = i", timeout=120
        )
        for code in ("large", "({ a: { b: large } })", "[large]"):
            with self.subTest(code):
                result = self.ok(code, timeout=120).result
                self.assertIn("999900 more keys", result)
                self.assertLess(len(result), 5000)

    def test_nested_values_keep_their_form(self) -> None:
        self.assertEqual(
            self.ok("({ a: 1, b: [1, { c: 2 }], get d() { return 3 } })").result,
            "{ a: 1, b: [ 1, { c: 2 } ], d: [Getter] }",
        )


if __name__ == "__main__":
    unittest.main()
