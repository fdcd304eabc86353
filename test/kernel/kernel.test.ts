import { test } from "vitest";
import { unittest } from "./python";

/*
 * The kernel is tested by Jupyter's own client, hence in Python: protocol/test_*.py, through unittest.
 */
test("Jupyter's own test of kernels", () => unittest(["test_standard"]));
test("every message of the protocol", () => unittest(["test_messages"]));
test("results, errors, imports, input, comms", () => unittest(["test_cells"]));
test("interrupts by message and by signal", () => unittest(["test_interrupt"]));
