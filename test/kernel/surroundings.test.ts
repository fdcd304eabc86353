import { test } from "vitest";
import { unittest } from "./python";

test("signatures, encryption, malformed messages and shutdown are safe", () => unittest(["test_safety"]));
test("no frame, file or command line ends the kernel", () => unittest(["test_frames"]));
test("nbclient, nbconvert, nbmake, nbval and papermill work", () => unittest(["test_tools"]));
test("memory stays bounded over thousands of cells", () => unittest(["test_memory"]));
