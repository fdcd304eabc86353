"""TypeScript as in an editor: one variable per name, types between cells, the compiler of today."""

from __future__ import annotations

import json
import os
import re
import time
import unittest

from session import PROMPT, TIMEOUT, KernelCase, manager


class SequenceCase(KernelCase):
    def results(self, *cells: str) -> list[str | None]:
        """The result of each cell, or its error's name and text."""
        found = []
        for cell in cells:
            ran = self.run_cell(cell)
            if ran.reply["status"] == "ok":
                found.append(ran.result)
            else:
                found.append(f"{ran.reply['ename']}: {ran.reply['evalue']}")
        return found


class WordingTests(SequenceCase):
    """Messages speak of the cell's code, not of what it becomes."""

    def test_calls_of_what_is_no_function(self) -> None:
        self.ok("let anything: any = {}")
        for code, message in {
            "anything()": "anything is not a function",
            "anything.foo()": "anything.foo is not a function",
            "new anything()": "anything is not a constructor",
        }.items():
            with self.subTest(code):
                self.assertEqual(self.run_cell(code).reply["evalue"], message)
        printed = self.ok("try { anything() } catch (error) { console.log(String((error as Error).stack)) }")
        self.assertIn("TypeError: anything is not a function\n", printed.text())

    def test_assignment_to_a_constant_of_another_cell(self) -> None:
        self.ok("const fixed = 1")
        error = self.run_cell("fixed = 2").error
        self.assertEqual(error["ename"], "TS2632")
        self.assertIn("'fixed' because it is a constant", error["evalue"])

    def test_a_group_that_is_left_open_indents_no_later_cell(self) -> None:
        self.assertEqual(self.ok("console.group('a'); console.log('in')").text(), "a\n  in\n")
        self.assertEqual(self.ok("console.log('out')").text(), "out\n")


class SharedVariableTests(SequenceCase):
    """One name is one variable, whoever reads or assigns it, in whichever cell."""

    def test_a_function_and_its_variable(self) -> None:
        found = self.results(
            "let total = 0; function add(n: number) { total += n; return total }",
            "add(5)",
            "total = 100",
            "add(1)",
            "total",
        )
        self.assertEqual(found, [None, "5", "100", "101", "101"])

    def test_a_closure_sees_the_assignment(self) -> None:
        found = self.results("let mode = 'train'; const show1 = () => mode", "mode = 'eval'", "show1()")
        self.assertEqual(found[2], "'eval'")

    def test_functions_are_variables_too(self) -> None:
        found = self.results(
            "function f() { return 'v1' } function g() { return f() }", "function f() { return 'v2' }", "g()"
        )
        self.assertEqual(found[2], "'v2'")

    def test_classes_are_variables_too(self) -> None:
        found = self.results(
            "class Shape { sides = 3 }; const make = () => new Shape()",
            "class Shape { sides = 4 }",
            "make().sides",
            "class Node1 { static made = 0; static empty = Node1.made; copy() { return new Node1() } }",
            "new Node1().copy() instanceof Node1",
        )
        self.assertEqual(found[2:], ["4", None, "true"])

    def test_a_loop_in_the_background_ends(self) -> None:
        self.ok(
            "let stop = false; let rounds = 0\n"
            "const running = (async () => { while (!stop) { rounds++; await new "
            "Promise((r) => setTimeout(r, 1)) } return 'ended' })()"
        )
        self.ok("stop = true")
        self.assertEqual(self.ok("await running").result, "'ended'")

    def test_a_cell_that_fails_keeps_what_it_assigned(self) -> None:
        self.ok("let step = 0; const label = 'old'; let same = 1")
        self.run_cell(
            "step = 1; let fresh = 5; throw new Error('x'); const label = 'new'; let missing = 1; let same = 2"
        )
        self.assertEqual(self.results("step", "fresh", "label", "same"), ["1", "5", "'old'", "1"])
        self.assertIn("missing is declared in In [", self.run_cell("missing").traceback)

    def test_every_kind_of_declaration(self) -> None:
        self.ok("const source = { a: 1, b: [undefined, 3, 4], z: 9, deep: { x: 7 } }")
        cases = {
            "const { a, b: [c = 2, ...d], deep: { x }, ...rest "
            "} = source;\n[a, c, d, x, rest]": "[ 1, 2, [ 3, 4 ], 7, { z: 9 } ]",
            "var [first, , third = 5] = [1, 2];\n[first, third]": "[ 1, 5 ]",
            "for (var i = 0, n = 3; i < n; i++) { }\n[i, n]": "[ 3, 3 ]",
            "for (var key in { p: 1, q: 2 }) { }\nkey!": "'q'",
            "for (var [left, right] of [[1, 2], [3, 4]]) { }\n[left!, right!]": "[ 3, 4 ]",
            "let unset: number | undefined\nunset": None,
            "enum Level { low, high }\nnamespace Geo { export const side = 2; export function "
            "area() { return side ** 2 } }\n[Level.high, Level[0], Geo.area()]": "[ 1, 'low', 4 ]",
            "const enum Bit { on = 1 }\nBit.on": "1",
            "abstract class Base { abstract name(): string; hello() { return `I am ${this.name()}` } }\nclass "
            "Derived extends Base { name() { return 'derived' } }\nnew Derived().hello()": "'I am derived'",
            "hoisted()\nfunction hoisted() { return 'above' }": None,
            "const named = () => 1; const Klass = class {};\n[named.name, Klass.name]": "[ 'named', 'Klass' ]",
            "const closures: (() => number)[] = []\nfor (let i = 0; i < 3; i++) "
            "closures.push(() => i)\nclosures.map((f) => f())": "[ 0, 1, 2 ]",
            "outer: for (const x of [1, 2]) { for (;;) { if (x) continue outer; break } }\n'labelled'": "'labelled'",
            "const own = function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1) }\nown(5)": "120",
            "{\n  const inner = 3\n  var outside = inner\n}\noutside": "3",
            "export const shown = 1, hidden = 2\nexport default class Whole "
            "{}\nexport { shown as other }\n[shown, hidden, Whole.name]": "[ 1, 2, 'Whole' ]",
            "function tag(parts: TemplateStringsArray, ...values: unknown[]) { "
            "return parts.raw.join('|') + values }\ntag`a${1}b`": "'a|b1'",
            "function self(this: unknown) { return this === "
            "undefined }\n[self(), (self)(), self?.()]": "[ true, true, true ]",
            "const toString = 1, constructor = 2, __proto__ = 3, hasOwnProperty = "
            "4;\n[toString, constructor, __proto__, hasOwnProperty]": "[ 1, 2, 3, 4 ]",
            "const exports = 3; let require = 1; const module = 2;\n[exports, require, module]": "[ 3, 1, 2 ]",
            "const cells = 5; const scope = 6;\n[cells, scope]": "[ 5, 6 ]",
            "var twice = 1; var twice: number\ntwice": "1",
            "above = 2; var above: number\nabove": "2",
            "const __proto__ = 3; Object.keys({ __proto__ })": "[ '__proto__' ]",
            "() => 1": "[Function (anonymous)]",
        }
        for code, expected in cases.items():
            with self.subTest(code):
                ran = self.ok(code)
                if expected is not None:
                    self.assertEqual(ran.result, expected)
        # And in later cells.
        later = {
            "[a, c, x, first, third, i, key, left, shown, hidden].join()": "'1,2,7,1,5,3,q,3,1,2'",
            "[Level.low, Geo.side, Bit.on, new Derived().hello(), hoisted()]": "[ 0, 2, 1, 'I am derived', 'above' ]",
            "i++; [left, right] = [right, left]; ({ a: i, z: first } = "
            "{ a: 40, z: 41 });\n[i, left, right, first]": "[ 40, 4, 3, 41 ]",
            "[typeof named, tag`q`, self(), cells, __proto__]": "[ 'function', 'q', true, 5, 3 ]",
            "const level: Level = Level.high\nlet shape: Derived = new Derived()\nlevel": "1",
        }
        for code, expected in later.items():
            with self.subTest(code):
                self.assertEqual(self.ok(code).result, expected)

    def test_names_that_emitted_code_uses_itself(self) -> None:
        cases = {
            "const require = () => 1; class module {}; const exports = "
            "class {};\n[require(), module.name, exports.name]": "[ 1, 'module', 'exports' ]",
            "const __result = 4, __load = (id: string) => id;\n[__result, __load('x')]": "[ 4, 'x' ]",
            "__result": "4",
            "async function local() { const __await = 3; await null; return __await }\nawait local()": "3",
            "import { sep } from 'node:path'; function __default() { return sep }\n__default() === sep": "true",
        }
        for code, expected in cases.items():
            with self.subTest(code):
                self.assertEqual(self.ok(code).result, expected)

    def test_an_enum_of_a_cell_that_failed_before(self) -> None:
        self.run_cell("throw new Error('x'); enum Missing { a }")
        self.assertIn("Missing is declared in In [", self.run_cell("Missing.a").traceback)

    def test_inner_names_hide_shared_ones(self) -> None:
        self.ok("let v = 'shared'; function call(f: (v: string) => string) { return f('parameter') }")
        cases = {
            "call((v) => v)": "'parameter'",
            "(() => { let v = 'local'; return v })()": "'local'",
            "(() => { { let v = 'block' }; return v })()": "'shared'",
            "(() => { if (true) { var v = 'hoisted' } return v })()": "'hoisted'",
            "(() => { try { throw 'caught' } catch (v) { return v } })()": "'caught'",
            "(function v() { return typeof v })()": "'function'",
            "(class v { static who() { return typeof v } }).who()": "'function'",
            "({ v })": "{ v: 'shared' }",
            "({ v: 1, w: v, [v]: 2, m(v: number) { return v } }).w": "'shared'",
            "(({ v: inner = v }: { v?: string }) => inner)({})": "'shared'",
            "(() => { for (const v of ['loop']) return v })()": "'loop'",
            "(() => { switch (1) { case 1: let v = 'case'; return v } })()": "'case'",
            "((w = v) => { var v = 'body'; return w + v })()": "'sharedbody'",
            "[1].map(function (this: unknown) { return arguments.length })[0]": "3",
            "class HasField { v = v; static s = v; get g() { return v } }\nconst "
            "has = new HasField();\n[has.v, HasField.s, has.g]": "[ 'shared', 'shared', 'shared' ]",
            "v.length + ({ v: { v: 2 } }).v.v": "8",
        }
        for code, expected in cases.items():
            with self.subTest(code):
                self.assertEqual(self.ok(code).result, expected)

    def test_hot_loops_stay_fast(self) -> None:
        self.ok("".join(f"let spare{i} = {i};" for i in range(300)))
        ran = self.ok(
            "let sum = 0\nconst from = performance.now()\nfor (let i = 0; "
            "i < 1e7; i++) sum += i\nperformance.now() - from",
            timeout=120,
        )
        self.assertLess(float(ran.result), 10_000)


class TypesBetweenCellsTests(SequenceCase):
    """Types go from cell to cell through the checker: nothing is too unusual to be declared."""

    def test_values_whose_types_have_no_name(self) -> None:
        found = self.results(
            "const fd = new FormData(); const headers = new Headers(); const req = new Request('http://a/')",
            "fd.append('a', 'b'); [fd.get('a'), req.method]",
            "const fsModule = await import('node:fs'); const Private = "
            "class { private s = 1; get() { return this.s } }",
            "[typeof fsModule.readFileSync, new Private().get()]",
            "new Private().s",
        )
        self.assertEqual(found[1], "[ 'b', 'GET' ]")
        self.assertEqual(found[3], "[ 'function', 1 ]")
        self.assertTrue(found[4].startswith("TS2341: Property 's' is private"), found[4])

    def test_assignments_are_checked(self) -> None:
        found = self.results("let count = 0; const fixed = 1", "count = 'x'", "fixed = 2", "count = 3; count")
        self.assertTrue(found[1].startswith("TS2322"), found[1])
        self.assertTrue(found[2].startswith("TS2588") or found[2].startswith("TS2632"), found[2])
        self.assertEqual(found[3], "3")

    def test_generics_and_guards(self) -> None:
        found = self.results(
            "interface Box<T> { value: T }\ntype Pair<A, B = A> = [A, B]\nfunction "
            "box<const T>(value: T): Box<T> { return { value } }\n"
            "function isText(x: unknown): x is string { return typeof x === 'string' }\n"
            "function must(x: unknown): asserts x { if (!x) throw new Error('must') }",
            "const pair: Pair<number> = [1, 2]; const boxed: Box<readonly ['a']> = box(['a']);\nboxed.value[0]",
            "const mixed: unknown = 'abc'; must(mixed); isText(mixed) ? mixed.length : 0",
        )
        self.assertEqual(found[1:], ["'a'", "3"])

    def test_global_declarations(self) -> None:
        found = self.results(
            "declare global { var counted: number; interface Array<T> { second(): T } }\n"
            "Array.prototype.second = function () { return this[1] }; globalThis.counted = 4",
            "[counted, [1, 2].second()]",
        )
        self.assertEqual(found[1], "[ 4, 2 ]")

    def test_a_name_is_declared_anew_with_another_type(self) -> None:
        found = self.results(
            "const thing = 1; interface Thing { a: number }",
            "const thing = 'text'; interface Thing { b: string }",
            "thing.toUpperCase()",
            "const made: Thing = { b: 'x' }; made.b",
        )
        self.assertEqual(found[2:], ["'TEXT'", "'x'"])

    def test_modules_keep_their_types(self) -> None:
        found = self.results(
            "import * as path from 'node:path'; import fs, { type Stats, statSync as stat "
            "} from 'node:fs'; import type { URL as Address } from 'node:url'",
            "const stats: Stats = stat('.'); const address: Address = new URL('http://a/b'); "
            "stats.isDirectory() && address.pathname + path.sep + typeof fs.readFileSync",
            "path.join(1)",
        )
        self.assertEqual(found[1], "'/b/function'")
        self.assertTrue(found[2].startswith("TS2345"), found[2])


class CompilerTests(SequenceCase):
    """The TypeScript of today, and no more of it than this Node can run."""

    def test_syntax(self) -> None:
        (self.folder / "a.json").write_text('{ "x": 1 }')
        cases = {
            "const order: string[] = []\n{\n  using r = { [Symbol.dispose]() { "
            "order.push('closed') } }\n  order.push('open')\n}\norder": "[ 'open', 'closed' ]",
            "const log: string[] = []; using top = { [Symbol.dispose]() { "
            "log.push('top') } }; const seen = log.length\nseen": "0",
            "log": "[ 'top' ]",
            "await using late = { async [Symbol.asyncDispose]() { await null; log.push('late') } }\n'used'": "'used'",
            "log.length": "2",
            "import data from './a.json' with { type: 'json' }\ndata.x": "1",
            "const [x, ...xs] = [1, null, 2].filter((each) => each !== null); x + xs.length": "2",
            "const bytes: Uint8Array<ArrayBuffer> = new Uint8Array(2); bytes.length": "2",
            "function pick<T extends string>(all: T[], one: NoInfer<T>) { return one }\npick(['a', 'b'], 'b')": "'b'",
            "function kind(x: string | number) { switch (true) { case typeof x === "
            "'string': return x.length; default: return x } }\nkind('abc')": "3",
            "function logged(target: Function, context: ClassMethodDecoratorContext) { "
            "log.push(String(context.name)) }\nclass Decorated { @logged run() {} }\nlog.at(-1)": "'run'",
            "[3, 1, 2].toSorted().with(0, 9).findLast((n) => n < 3)": "2",
            "const satisfied = { a: 1 } satisfies Record<string, number>; satisfied.a": "1",
            "class Accessor { accessor size = 2; static { log.push('static') } #hidden = 1; has(o: "
            "object) { return #hidden in o } }\nnew Accessor().has(new Accessor())": "true",
            "import { join as combine } from 'node:path'; export { combine as 'odd name' }\ncombine('a', 'b')": "'a/b'",
            "[__dirname.length > 0, import.meta.url.startsWith('file:///'), "
            "import.meta.dirname === __dirname]": "[ true, true, true ]",
            "const { default: whole, basename } = await import('node:path'); basename(whole.join('a', 'b'))": "'b'",
            "const required = require('node:os') as typeof import('node:os'); typeof required.cpus": "'function'",
            "import os = require('node:os'); typeof os.cpus": "'function'",
            "async function* numbers() { yield* [1, 2] }\nconst got: number[] = "
            "[]; for await (const n of numbers()) got.push(n)\ngot": "[ 1, 2 ]",
        }
        for code, expected in cases.items():
            with self.subTest(code):
                self.assertEqual(self.ok(code).result, expected)

    def test_libraries_are_those_of_this_node(self) -> None:
        for condition, code in {
            "typeof Object.groupBy": "Object.groupBy([1], () => 'a')",
            "typeof Promise.withResolvers": "Promise.withResolvers()",
            "typeof Set.prototype.union": "new Set([1]).union(new Set([2]))",
            "typeof Array.fromAsync": "await Array.fromAsync([1])",
            "typeof Iterator": "[1].values().map((x) => x)",
            "typeof Promise.try": "await Promise.try(() => 1)",
        }.items():
            with self.subTest(code):
                there = self.ok(f"(0, eval)({json.dumps(condition)})").result != "'undefined'"
                self.assertEqual(self.run_cell(code).reply["status"], "ok" if there else "error")
                if not there:
                    self.assertTrue(self.run_cell(code).reply["ename"].startswith("TS"))

    def test_strict_and_no_stricter(self) -> None:
        (self.folder / "util.js").write_text(
            "export default function twice(x) { return x * 2 }\nexport const one = 1\n"
        )
        cases = {
            "class Animal { speak() { return 'a' } }\nclass Dog extends Animal "
            "{ speak() { return 'dog' } }\nnew Dog().speak()": "'dog'",
            "function fall(n: number) { let s = ''; switch (n) { case 1: s += "
            "'one'; case 2: s += 'two' } return s }\nfall(1)": "'onetwo'",
            "import twice, { one } from './util.js'\ntwice(2) + one": "5",
            "function maybe(n: number) { if (n > 0) return 1 }\nmaybe(1)": "1",
            "const unused = (a: number, b: number) => a\nunused(1, 2)": "1",
        }
        for code, expected in cases.items():
            with self.subTest(code):
                self.assertEqual(self.ok(code).result, expected)
        self.assertTrue(self.results("const n: number = null")[0].startswith("TS2322"))

    def test_an_object_is_shown(self) -> None:
        self.assertEqual(self.results("{ a: 1, b: 2 }", "{ const x = 1; }", "{}"), ["{ a: 1, b: 2 }", None, "{}"])

    def test_other_tools_commands_get_a_hint(self) -> None:
        self.assertIn("execSync", self.run_cell("!ls").traceback)
        self.assertIn("magics", self.run_cell("%time 1 + 1").traceback)

    def test_modules_of_every_kind(self) -> None:
        (self.folder / "lib").mkdir(exist_ok=True)
        (self.folder / "lib" / "foo.ts").write_text(
            "import { inner } from './inner.js'\nexport const foo: number = inner + 1\n"
        )
        (self.folder / "lib" / "inner.ts").write_text("export const inner = 41\n")
        (self.folder / "waits.mjs").write_text(
            "export const waited = await Promise.resolve('waited')\nexport default 'whole'\n"
        )
        (self.folder / "common.cjs").write_text("module.exports = { x: 1, f() { return this.x } }\n")
        cases = {
            "import { foo } from './lib/foo.js'\nfoo": "42",
            "import { foo as again } from './lib/foo'\nagain": "42",
            "import { foo as third } from './lib/foo.ts'\nthird": "42",
            "import { waited } from './waits.mjs'\nwaited": "'waited'",
            "const waiting = await import('./waits.mjs'); [waiting.waited, waiting.default]": "[ 'waited', 'whole' ]",
            "import common from './common.cjs'\ncommon.f()": "1",
        }
        for code, expected in cases.items():
            with self.subTest(code):
                ran = self.ok(code)
                self.assertEqual(ran.result, expected)
                self.assertEqual(ran.text("stderr"), "")

    def test_code_in_strings_does_not_see_cells(self) -> None:
        self.ok("const outside = 5")
        for code in ("eval('outside')", "new Function('return outside')()"):
            with self.subTest(code):
                self.assertIn("don't see the variables of cells", self.run_cell(code).traceback)
        self.assertNotIn("variables of cells", self.run_cell("eval('nowhere')").traceback)

    def test_an_edited_module_that_awaits_at_its_top(self) -> None:
        file = self.folder / "edited.mjs"
        file.write_text("export const text = await Promise.resolve('before')\n")
        code = "import { text as edited } from './edited.mjs'\nedited"
        self.assertEqual(self.ok(code).result, "'before'")
        file.write_text("export const text = await Promise.resolve('after')\n")
        os.utime(file, (1e9, 1e9))
        self.assertEqual(self.ok(code).result, "'after'")

    def test_promises_show_nothing_of_the_kernel(self) -> None:
        self.assertEqual(self.ok("[1, 2].map(async (x) => x)").result, "[ Promise { 1 }, Promise { 2 } ]")

    def test_an_array_with_a_constructor_of_its_own_is_shown(self) -> None:
        self.ok(
            "class Rows extends Array<number[]> { constructor(rows: number[][]) "
            "{ super(); for (const row of rows) this.push(row) } }"
        )
        self.assertEqual(self.ok("new Rows([[1], [2]])").result, "Rows(2) [ [ 1 ], [ 2 ] ]")

    def test_exports_maps(self) -> None:
        package = self.folder / "node_modules" / "mapped"
        (package / "dist").mkdir(parents=True, exist_ok=True)
        (package / "package.json").write_text(
            json.dumps(
                {
                    "name": "mapped",
                    "version": "1.0.0",
                    "type": "module",
                    "exports": {
                        ".": {"types": "./dist/main.d.ts", "default": "./dist/main.js"},
                        "./sub": {"types": "./dist/sub.d.ts", "import": "./dist/sub.js"},
                    },
                }
            )
        )
        (package / "dist" / "main.d.ts").write_text("export declare const main: number;\n")
        (package / "dist" / "main.js").write_text("export const main = 1;\n")
        (package / "dist" / "sub.d.ts").write_text("export default function sub(): string;\n")
        (package / "dist" / "sub.js").write_text("export default function sub() { return 'sub' }\n")
        self.assertEqual(
            self.results("import { main } from 'mapped'\nmain", "import sub from 'mapped/sub'\nsub()"), ["1", "'sub'"]
        )

    def test_tsx(self) -> None:
        found = self.results(
            "function h(tag: string, props: object | null, ...children: "
            "unknown[]) { return [tag, props, ...children] }\n"
            "namespace h { export namespace JSX { export type Element = unknown; export "
            "interface IntrinsicElements { [name: string]: object } } }",
            '/** @jsx h */\n<p id="a">text</p>',
        )
        self.assertEqual(found[1], "[ 'p', { id: 'a' }, 'text' ]")

    def test_a_large_cell(self) -> None:
        begin = time.monotonic()
        ran = self.ok("".join(f"const big{i} = {i} + 1;\n" for i in range(20_000)) + "big19999", timeout=120)
        self.assertEqual(ran.result, "20000")
        self.assertLess(time.monotonic() - begin, 60)
        self.assertEqual(self.ok("big1 + big2").result, "5")


class ConfiguredTests(KernelCase):
    """A tsconfig.json beside the notebook is obeyed, checked and at run time alike."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.kc.stop_channels()
        cls.km.shutdown_kernel(now=True)
        (cls.folder / "tsconfig.json").write_text(
            json.dumps(
                {
                    "compilerOptions": {
                        "lib": ["es2022"],
                        "experimentalDecorators": True,
                        "paths": {"@/*": ["./own/*"]},
                        "strict": False,
                    }
                }
            )
        )
        (cls.folder / "own").mkdir()
        (cls.folder / "own" / "there.ts").write_text("export const there = 'found'\n")
        cls.km = manager(cls.interrupt_mode)
        cls.km.start_kernel(cwd=str(cls.folder))
        cls.kc = cls.km.blocking_client()
        cls.kc.start_channels()
        cls.kc.wait_for_ready(timeout=TIMEOUT)

    def test_options(self) -> None:
        self.assertEqual(self.ok("import { there } from '@/there'\nthere").result, "'found'")
        self.assertEqual(self.run_cell("[1].toSorted()").error["ename"], "TS2550")
        self.assertEqual(
            self.ok(
                "function sealed(target: Function) { Object.seal(target) }\n@sealed class S {}\nObject.isSealed(S)"
            ).result,
            "true",
        )
        self.assertEqual(self.ok("const loose: number = null\nloose").result, "null")


class ErrorTextTests(SequenceCase):
    def test_syntax_errors_are_the_users(self) -> None:
        for code in (
            "const o = {\n  a: 1",
            "f(",
            "class {",
            "const s = `open",
            "import { x from 'y'",
            "export { nothing",
        ):
            with self.subTest(code):
                ran = self.run_cell(code)
                self.assertTrue(ran.reply["ename"].startswith("TS"), ran.reply)
                self.assertNotIn("export {  }", ran.traceback)
                self.assertNotIn("__cell", ran.traceback)
                lines = [int(line) for line in re.findall(r"In \[\d+\]:(\d+):", ran.traceback)]
                self.assertTrue(lines and max(lines) <= code.count("\n") + 1, ran.traceback)

    def test_places_in_earlier_cells(self) -> None:
        earlier = self.ok("interface Point { x: number; y: number }").reply["execution_count"]
        ran = self.run_cell("const p: Point = { x: 1 }")
        self.assertIn("'y' is declared here.", ran.traceback)
        self.assertIn(f"at In [{earlier}]:1:30", ran.traceback)

    def test_fixes(self) -> None:
        self.assertIn("import", self.run_cell("readFileSync('a')").traceback)
        self.assertIn("Did you mean 'toUpperCase'?", self.run_cell("'a'.toUperCase()").traceback)

    def test_two_types_of_one_name_are_told_apart(self) -> None:
        one = self.ok("class Item { a = 1 }\nlet item = new Item()").reply["execution_count"]
        self.ok("class Item { b = 2 }")
        ran = self.run_cell("item = new Item()")
        self.assertNotIn("__cell", ran.traceback)
        self.assertIn(f"In [{one}]", ran.traceback)

    def test_a_cell_that_did_not_run(self) -> None:
        failed = self.run_cell("const wanted: number = 'x'").reply["execution_count"]
        self.assertIn(f"wanted is declared in In [{failed}]", self.run_cell("wanted + 1").traceback)


class AssistanceTests(KernelCase):
    def complete(self, code: str, cursor: int | None = None) -> dict:
        return self.shell("complete_request", {"code": code, "cursor_pos": len(code) if cursor is None else cursor})

    def inspect(self, code: str, cursor: int | None = None, level: int = 0) -> str:
        reply = self.shell(
            "inspect_request",
            {"code": code, "cursor_pos": len(code) if cursor is None else cursor, "detail_level": level},
        )
        return reply["data"].get("text/plain", "")

    def test_completion(self) -> None:
        (self.folder / "helper.ts").write_text("export const help = 1\n")
        self.ok(
            "interface Options { verbose?: boolean; version: number; mode: 'train' | 'test' }\n"
            "function go(options: Options) { return options }\nconst earlier = { across: 1, up() {} }; class Earlier {}"
        )
        self.assertEqual(set(self.complete("earlier.")["matches"]), {"across", "up"})
        self.assertIn("earlier", self.complete("earl")["matches"])
        self.assertIn("Earlier", self.complete("const e: Earl")["matches"])
        self.assertEqual(set(self.complete("go({ ver", 8)["matches"]), {"verbose", "version"})
        self.assertIn("train", " ".join(self.complete("go({ version: 1, mode: '")["matches"]))
        self.assertIn("helper", " ".join(self.complete("import { help } from './")["matches"]))
        self.assertIn("help", self.complete("import { h } from './helper'", 10)["matches"])
        self.assertIn("readFileSync", self.complete("import { readFileS } from 'node:fs'", 18)["matches"])

    def test_auto_import(self) -> None:
        reply = self.complete("const text = readFileSyn")
        self.assertEqual(reply["matches"], ['import { readFileSync } from "node:fs";\nconst text = readFileSync'])
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (0, 24))

    def test_inspection(self) -> None:
        self.ok(
            "interface Shape {\n  /** How many. */\n  sides: number\n}\nconst shape: Shape = { sides: 3 }\n"
            "function over(a: string): string\nfunction over(a: number): number\n"
            "/** Chooses.\n * @param a what to choose */\nfunction over(a: any): any { return a }"
        )
        self.assertIn("How many.", self.inspect("shape.sides"))
        self.assertIn("interface Shape", self.inspect("const s: Shape", 12))
        self.assertIn("over(a: string): string", self.inspect("over"))
        self.assertIn("over(a: number): number", self.inspect("over"))
        self.assertIn("sides: number", self.inspect("const s: Shape", 12, level=1))


# A check of ten thousand by ten thousand properties.
SLOW = (
    "type D = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'\ntype X = `${D}${D}${D}${D}`\n"
    "const slow = (m: { [K in X]: { [L in X]: K | L } }): { [K in X]: { [L in X]: L | K } } => m"
)


class SlowCheckTests(SequenceCase):
    def test_an_interrupt_ends_a_slow_type_check(self) -> None:
        self.ok("interface Kept { a: number }\nlet kept = 41; const kind = 'kept'")
        self.run_cell("const half = 1; throw new Error('x'); const missing = 2")
        self.ok("/** @module made */\nexport const made = 'made'")
        msg_id = self.kc.execute(SLOW)
        time.sleep(2)
        begin = time.monotonic()
        self.km.interrupt_kernel()
        self.assertEqual(self.collect(msg_id).error["ename"], "Interrupted")
        self.assertLess(time.monotonic() - begin, PROMPT)
        # What cells had declared before is there again.
        found = self.results(
            "const again: Kept = { a: kept }; kept = 1; [again.a, half, kind]",
            "kept = 'x'",
            "missing",
            "import { made } from './made'\nmade",
            "slow",
        )
        self.assertEqual(found[0], "[ 41, 1, 'kept' ]")
        self.assertTrue(found[1].startswith("TS2322"), found[1])
        self.assertTrue(found[2].startswith("TS2304"), found[2])
        self.assertEqual(found[3], "'made'")
        self.assertTrue(found[4].startswith("TS2304"), found[4])


class PrintedErrorTests(SequenceCase):
    """Errors that a cell prints name its lines, as errors that end it do."""

    def test_printed(self) -> None:
        count = self.ok(
            "interface Spare { a: 1 }\nfunction thrower(): never {\n  throw new RangeError('far')\n}"
        ).reply["execution_count"]
        for code in (
            "try { thrower() } catch (e) { console.error(e) }",
            "try { thrower() } catch (e) { console.log((e as Error).stack) }",
            "try { thrower() } catch (e) { console.log(e) }",
        ):
            with self.subTest(code):
                ran = self.ok(code)
                text = ran.text() + ran.text("stderr")
                self.assertIn("RangeError: far", text)
                self.assertIn(f"In [{count}]:3:9", text)
                self.assertIn(f"In [{ran.reply['execution_count']}]:1:7", text)
                self.assertNotIn("typescript-kernel", text)
                self.assertNotIn("node:internal", text)

    def test_as_result(self) -> None:
        ran = self.ok("interface Spare2 { a: 1 }\nnew TypeError('shown')")
        self.assertIn(f"In [{ran.reply['execution_count']}]:2:1", ran.result)
        self.assertNotIn("typescript-kernel", ran.result)

    def test_own_properties_and_class(self) -> None:
        ran = self.run_cell(
            "class HttpError extends Error { status = 404; constructor(m: "
            "string) { super(m) } }\nthrow new HttpError('gone')"
        )
        self.assertIn("HttpError: gone", ran.traceback)
        self.assertIn("status: 404", ran.traceback)
        ran = self.run_cell("import fs from 'node:fs'\nfs.readFileSync('/does/not/exist')")
        self.assertIn("code: 'ENOENT'", ran.traceback)

    def test_the_users_line_is_shown_however_deep(self) -> None:
        (self.folder / "deep.js").write_text(
            "exports.deep = function deep(n, f) { return n === 0 ? f() : deep(n - 1, f) }\n"
        )
        ran = self.run_cell("import { deep } from './deep.js'\n\ndeep(40, () => { throw new Error('deep') })")
        self.assertIn(f"In [{ran.reply['execution_count']}]:3:1", ran.traceback)
        ran = self.run_cell(
            "import * as aq from 'arquero'\n\naq.table({ a: [1] }).derive({ b: (d: any) "
            "=> nobody(d) })\ndeclare function nobody(x: unknown): number"
        )
        self.assertIn(f"In [{ran.reply['execution_count']}]:3:", ran.traceback)

    def test_an_error_in_itself(self) -> None:
        ran = self.run_cell(
            "const ring = new AggregateError([new Error('inside')], 'ring'); ring.errors.push(ring); throw ring"
        )
        self.assertEqual(ran.reply["ename"], "AggregateError")


if __name__ == "__main__":
    unittest.main()
