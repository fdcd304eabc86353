import { test } from "vitest";
import { unittest } from "./python";

/*
 * The kernel is tested by Jupyter's own client, hence in Python: protocol/test_*.py, through unittest.
 */
test("Jupyter's own kernel tests pass", () => unittest(["test_standard"]));
test("every message of the protocol is answered", () => unittest(["test_messages"]));
test("results, errors, imports, input and comms work", () => unittest(["test_cells"]));
test("cells are TypeScript as in an editor, and share their variables", () => unittest(["test_typescript"]));
test("a message or a signal interrupts anything that runs", () => unittest(["test_interrupt"]));
test("interrupts of native code and of an idle kernel do what they should", () => unittest(["test_interrupt_limits"]));
test("values that can't be sent are errors of their cell", () => unittest(["test_values"]));
test("a cell that damages its world fails itself alone", () => unittest(["test_damage"]));
test("output of child processes appears, and a flood is held back", () => unittest(["test_output"]));
test("cells can be debugged", () => unittest(["test_debugger"]));
test("widgets are those of ipywidgets, and both sides change them", () => unittest(["test_widgets"]));
