import test from "node:test";
import { unittest } from "./python";

/*
 * The kernel is tested by Jupyter's own client, hence in Python: test_*.py beside this file, through unittest.
 */
const MODULES = {
  test_standard: "Jupyter's own test of kernels",
  test_messages: "every message of the protocol",
  test_cells: "results, errors, imports, input, comms",
  test_interrupt: "interrupts by message and by signal",
  test_safety: "signatures, encryption, malformed messages, the end",
  test_tools: "nbclient, nbconvert, nbmake, nbval and papermill",
};

for (const [module, subject] of Object.entries(MODULES)) test(subject, () => unittest([module]));
