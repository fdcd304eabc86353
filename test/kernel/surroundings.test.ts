import { test } from "vitest";
import { unittest } from "./python";

test("signatures, encryption, malformed messages, the end", () => unittest(["test_safety"]));
test("nbclient, nbconvert, nbmake, nbval and papermill", () => unittest(["test_tools"]));
test("memory over thousands of cells", () => unittest(["test_memory"]));
