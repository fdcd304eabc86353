import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "vitest";
import { TENSORFLOW_ENVIRONMENT } from "../../../src/helpers/tf/environment";
import { OWN_KERNEL, PROJECT_KERNEL, UNMODIFIED_TSLAB, projectKernelspec } from "../../../src/setup/jupyter/kernelspec";

for (const [name, kernel] of Object.entries({ UNMODIFIED_TSLAB, OWN_KERNEL, PROJECT_KERNEL })) {
  test(`the kernelspec ${name} names this Node, a script, the connection file and TensorFlow's settings`, () => {
    const { argv, env, language } = projectKernelspec(kernel, "TypeScript");
    assert.equal(argv[0], process.execPath);
    assert.ok(fs.existsSync(argv[1]), argv[1]);
    assert.equal(argv.filter((one) => one.includes("{connection_file}")).length, 1);
    assert.deepEqual(env, TENSORFLOW_ENVIRONMENT);
    assert.equal(language, "typescript");
  });
}
