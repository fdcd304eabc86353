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
