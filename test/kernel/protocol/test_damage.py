"""A cell that damages the built-in objects of its own world fails itself; the kernel survives."""

from __future__ import annotations

import unittest

from session import KernelCase

# What a cell does to its world, and how a later cell repairs it.
DAMAGE = {
    "no Promise": (
        "(globalThis as any).saved = Promise; delete (globalThis as any).Promise",
        "globalThis.Promise = (globalThis as any).saved",
    ),
    "a broken then": (
        "(globalThis as any).saved = Promise.prototype.then; (Promise.prototype as any).then = () => { throw 1 }",
        "Promise.prototype.then = (globalThis as any).saved",
    ),
    "no then": (
        "(globalThis as any).saved = Promise.prototype.then; (Promise.prototype as any).then = null",
        "Promise.prototype.then = (globalThis as any).saved",
    ),
    "a broken Array.prototype.map": (
        "(globalThis as any).saved = Array.prototype.map; Array.prototype.map = () => { throw 1 }",
        "Array.prototype.map = (globalThis as any).saved",
    ),
    "no Map and JSON": (
        "(globalThis as any).saved = [Map, JSON]; delete (globalThis as any).Map; delete (globalThis as any).JSON",
        "[globalThis.Map, globalThis.JSON] = (globalThis as any).saved",
    ),
    "Object.prototype.get": (
        "(Object.prototype as any).get = 1",
        "delete (Object.prototype as any).get",
    ),
    "Array.prototype.toJSON": (
        "(Array.prototype as any).toJSON = () => 'nonsense'; (Object.prototype as any).toJSON = () => { throw 1 }",
        "delete (Array.prototype as any).toJSON; delete (Object.prototype as any).toJSON",
    ),
    "a broken Error.prepareStackTrace": (
        "Error.prepareStackTrace = () => { throw 1 }",
        "Error.prepareStackTrace = undefined",
    ),
    "no call and no apply": (
        "(globalThis as any).saved = [Function.prototype.call, Function.prototype.apply]; "
        "(Function.prototype as any).call = null; (Function.prototype as any).apply = null",
        "[Function.prototype.call, Function.prototype.apply] = (globalThis as any).saved",
    ),
}


class DamageTests(KernelCase):
    def test_the_kernel_survives(self) -> None:
        for kind, (damage, repair) in DAMAGE.items():
            with self.subTest(kind):
                self.run_cell(damage)
                # Whether these succeed depends on the damage; each must come to an end.
                for code in (
                    "1 + 1",
                    "await null; 2",
                    "throw new Error('x')",
                    "console.log('a', [1])",
                    "[1, { a: 2 }]",
                ):
                    self.assertIn(self.run_cell(code).reply["status"], ("ok", "error"), code)
                self.run_cell(repair)
                self.assertEqual(self.ok("await Promise.resolve(40).then((x) => x + 2)").result, "42")
                error = self.run_cell("throw new RangeError('after')").error
                self.assertEqual((error["ename"], error["evalue"]), ("RangeError", "after"))

    def test_damage_that_does_not_concern_a_cell_does_not_disturb_it(self) -> None:
        self.ok("(globalThis as any).saved = Array.prototype.map; Array.prototype.map = () => { throw 1 }")
        self.assertEqual(self.ok("1 + 1").result, "2")
        self.assertEqual(
            self.ok("console.log('text'); await new Promise<void>((done) => setTimeout(done, 5))").text(), "text\n"
        )
        self.ok("Array.prototype.map = (globalThis as any).saved")

    def test_values_of_the_kernel_belong_to_the_cells_world(self) -> None:
        checks = {
            "Jupyter.display(1) instanceof Promise": "true",
            "In instanceof Array": "true",
            "Out instanceof Object": "true",
        }
        for code, expected in checks.items():
            with self.subTest(code):
                self.assertEqual(self.ok(code).result, expected)


if __name__ == "__main__":
    unittest.main()
