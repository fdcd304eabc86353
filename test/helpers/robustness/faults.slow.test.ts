import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { afterAll, beforeAll, describe, test } from "vitest";
import { ModelCheckpoint, UsageError, fit, loadModel, loadRun, saveModel, saveRun, tf } from "../../../src/helpers";
import { append, readRuns } from "../../../src/helpers/experiments/run-file";
import { type RunRecord } from "../../../src/helpers/experiments/run-record";
import { saveOutputs } from "../../../src/notebooks/run";
import { writeAtomically } from "../../../src/shared/atomic-write";
import { BUILD, ROOT } from "../../../src/shared/paths";
import { needs } from "../../needs";
import { temporaryFolder } from "../mnist/idx-files";
import { makeProblem } from "../training/problem";
import { type Fault, withFaultyDisk } from "./faulty-disk";

const RUN = `faults-${process.pid}`;
const folders: string[] = [];
const newFolder = () => folders[folders.push(temporaryFolder()) - 1];
afterAll(() => {
  const runs = fs.readdirSync(path.join(BUILD, "runs")).filter((name) => name.startsWith(RUN));
  for (const folder of [...folders, ...runs.map((name) => path.join(BUILD, "runs", name))])
    fs.rmSync(folder, { recursive: true, force: true });
});
beforeAll(() => tf.ready());

/** Something that is saved where something was saved before. */
interface Saved {
  /** Saves version 1 or 2 in the folder. */
  save(version: number, folder: string): Promise<void>;
  /** The version that is there. @throws if it isn't whole */
  load(folder: string): Promise<number>;
}

/** A model whose weights are all the version. */
function modelOf(version: number): tf.LayersModel {
  const { model } = makeProblem();
  model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, version)));
  return model;
}
function versionOf(model: tf.LayersModel): number {
  const values = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  assert.ok(values.every((value) => value === values[0]));
  return values[0];
}
const notebook = (version: number) => JSON.stringify({ version, cells: "x".repeat(10_000) });

const SAVED: Readonly<Record<string, Saved>> = {
  "a saved run": {
    save: (version) => saveRun(RUN, { model: modelOf(version), history: { epoch: [0], history: { loss: [version] } } }),
    async load() {
      const run = await loadRun(RUN);
      assert.ok(run !== undefined, "no run is left");
      assert.equal(run.history.history.loss[0], versionOf(run.model));
      return versionOf(run.model);
    },
  },
  "a saved model": {
    save: (version, folder) => saveModel(modelOf(version), folder),
    load: async (folder) => versionOf(await loadModel(folder)),
  },
  "a checkpoint": {
    async save(version, folder) {
      const { model, dataset } = makeProblem();
      const checkpoint = new ModelCheckpoint(folder);
      await fit(model, dataset, { epochs: version, callbacks: [checkpoint], compiled: false, verbose: 0 });
    },
    load: async (folder) => (await loadModel(folder)).optimizer.iterations / makeProblem().dataset.size,
  },
  "a record of a training": {
    async save(version, folder) {
      await inRunsFile(folder, () => append({ id: String(version), history: {}, tags: [] } as unknown as RunRecord));
    },
    load: (folder) =>
      inRunsFile(folder, () => {
        const { records, damagedLines } = readRuns();
        assert.equal(records[0].id, "1");
        assert.ok(damagedLines.length <= 1);
        return records.length;
      }),
  },
  "a saved notebook": {
    async save(version, folder) {
      const executed = path.join(folder, "executed.ipynb");
      if (!fs.existsSync(executed)) fs.writeFileSync(executed, notebook(version));
      saveOutputs(path.join(folder, "saved.ipynb"), executed);
    },
    async load(folder) {
      const text = fs.readFileSync(path.join(folder, "saved.ipynb"), "utf8");
      const { version } = JSON.parse(text) as { version: number };
      assert.equal(text, notebook(version));
      return version;
    },
  },
};

async function inRunsFile<T>(folder: string, use: () => T): Promise<T> {
  const before = process.env.RUNS_FILE;
  process.env.RUNS_FILE = path.join(folder, "runs.jsonl");
  try {
    return use();
  } finally {
    if (before === undefined) delete process.env.RUNS_FILE;
    else process.env.RUNS_FILE = before;
  }
}

const MANY = 100;

describe("nothing earlier is lost when the disk fails at any write:", () => {
  for (const [name, { save, load }] of Object.entries(SAVED)) {
    for (const fault of ["killed", "full"] as Fault[]) {
      test(`${name}, ${fault}`, async () => {
        let nth = 0;
        for (let occurred = true; occurred;) {
          const folder = newFolder();
          await save(1, folder);
          fs.rmSync(path.join(folder, "executed.ipynb"), { force: true });
          if (name === "a saved notebook") fs.writeFileSync(path.join(folder, "executed.ipynb"), notebook(2));
          const { occurred: hasOccurred, error } = await withFaultyDisk(fault, ++nth, () => save(2, folder));
          occurred = hasOccurred;
          const version = await load(folder);
          // A record of the training that can't be written doesn't stop it.
          if (!occurred || error === undefined) {
            assert.equal(version, 2);
          } else if (fault === "full") {
            assert.ok(error instanceof Error, `write ${nth}`);
            assert.match(error.message, /ENOSPC/, `write ${nth}`);
            if (name.includes("model") || name.includes("run") || name.includes("checkpoint"))
              assert.ok(error instanceof UsageError, error.message);
            const odd = fs.readdirSync(folder).filter((file) => /\.tmp$|\.old$|\.\d{5,}$/.test(file));
            assert.deepEqual(odd, [], "half a file is left");
          }
          assert.ok(nth < MANY, "the disk never worked");
        }
        assert.ok(nth > 1, "no fault occurred");
      });
    }
  }
});

/** A process that saves a model in a folder, first version 1, then again and again. */
const SAVER = `
  require("tsx/cjs");
  const { tf, saveModel } = require("./src/helpers/index.ts");
  const [folder, user] = process.argv.slice(1);
  tf.ready().then(async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 500, inputShape: [500] })] });
    await saveModel(model, folder);
    console.log("saved");
    if (user) {
      require("node:fs").chmodSync(folder, 0o555);
      process.seteuid(Number(user));
      await saveModel(model, folder).catch((error) => console.log(error.name + ": " + error.message));
      process.exit(0);
    }
    for (let version = 1; ; version++) {
      model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, version)));
      await saveModel(model, folder);
    }
  });`;

describe("real faults:", () => {
  const isRoot = process.getuid?.() === 0;

  test("kill -9 while a process saves leaves a whole model", async () => {
    for (const afterMs of [0, 7, 23]) {
      const folder = newFolder();
      const child = spawn(process.execPath, ["-e", SAVER, folder], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
      const ended = once(child, "exit");
      for await (const line of readline.createInterface({ input: child.stdout })) if (line === "saved") break;
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill("SIGKILL");
      await ended;
      const model = await loadModel(folder);
      assert.equal(model.countParams(), 500 * 501);
    }
  });

  test("a folder that may not be written gets an error, and keeps its model", needs(!isRoot && "needs root"), () => {
    const folder = newFolder();
    fs.chmodSync(path.dirname(folder), 0o1777);
    const output = execFileSync(process.execPath, ["-e", SAVER, folder, "65534"], { cwd: ROOT, encoding: "utf8" });
    assert.match(output, /UsageError: saveModel: .*EACCES/);
    fs.chmodSync(folder, 0o755);
    return loadModel(folder);
  });

  const disk = isRoot ? mountSmallDisk() : undefined;
  afterAll(() => {
    if (disk !== undefined) execFileSync("umount", [disk]);
  });
  test("a full disk gets an error, and keeps its model", needs(disk === undefined && "needs to mount"), async () => {
    const folder = path.join(disk!, "model");
    await saveModel(modelOf(1), folder);
    const before = fs.readdirSync(folder).sort();
    const large = tf.sequential({ layers: [tf.layers.dense({ units: 500, inputShape: [500] })] });
    await assert.rejects(saveModel(large, folder), /UsageError: saveModel: .*ENOSPC/);
    assert.equal(versionOf(await loadModel(folder)), 1);
    const notebookFile = path.join(folder, "a.ipynb");
    writeAtomically(notebookFile, notebook(1));
    assert.throws(() => writeAtomically(notebookFile, "x".repeat(1_000_000)), /ENOSPC/);
    assert.equal(fs.readFileSync(notebookFile, "utf8"), notebook(1));
    fs.rmSync(notebookFile);
    assert.deepEqual(fs.readdirSync(folder).sort(), before, "half a file is left");
  });

  /** A disk of 256 kB, if this process may mount one. */
  function mountSmallDisk(): string | undefined {
    const folder = newFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], { stdio: "ignore" });
      return folder;
    } catch {
      return undefined;
    }
  }
});
