import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { constants, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Dataset, UsageError, loadData, loadRun, saveRun, tf } from "../../../src/helpers";
import { BUILD } from "../../../src/shared/paths";
import { needs } from "../../needs";
import { TINY, TINY_FILES, idxFile, tinyFolder } from "../mnist/idx-files";
import { makeProblem } from "../training/problem";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true })));

/** A folder with the tiny dataset; `damage` gets the path of its training images. */
function damaged(damage: (file: string, folder: string) => void): { folder: string; dataset: Dataset } {
  const folder = tinyFolder();
  folders.push(folder);
  damage(path.join(folder, TINY.files.trainImages), folder);
  return { folder, dataset: TINY };
}

/** Gzipped zeros after a header, as small members one after the other: 250 MB of zeros are 250 kB. */
function bomb(header: Buffer): Buffer {
  const zeros = gzipSync(Buffer.alloc(2 ** 20), { level: constants.Z_BEST_COMPRESSION });
  return Buffer.concat([gzipSync(header), ...Array.from({ length: 250 }, () => zeros)]);
}

const isRoot = process.getuid?.() === 0;

const DAMAGE: Readonly<Record<string, (file: string, folder: string) => void>> = {
  "an empty file": (file) => fs.writeFileSync(file, ""),
  "a missing file": (file) => fs.rmSync(file),
  "a folder in its place": (file) => {
    fs.rmSync(file);
    fs.mkdirSync(file);
  },
  "a pipe in its place": (file) => {
    fs.rmSync(file);
    execFileSync("mkfifo", [file]);
  },
  "a link to nowhere": (file) => {
    fs.rmSync(file);
    fs.symlinkSync("/no/such/file", file);
  },
  "a link out of the folder": (file) => {
    const elsewhere = damaged(() => {}).folder;
    fs.rmSync(file);
    fs.symlinkSync(path.join(elsewhere, TINY.files.trainImages), file);
  },
  "a web page": (file) => fs.writeFileSync(file, "<!DOCTYPE html><p>Please log in."),
  "a file cut short": (file) => fs.truncateSync(file, 20),
  "a file cut short in its header": (file) => fs.truncateSync(file, 6),
  "a file that goes on": (file) => fs.appendFileSync(file, "more"),
  "a file of 100 GB, most of it a hole": (file) => fs.truncateSync(file, 100e9),
  "a file of 100 GB that isn't IDX": (file) => {
    fs.writeFileSync(file, "text");
    fs.truncateSync(file, 100e9);
  },
  "a header that promises 4 billion images": (file) =>
    fs.writeFileSync(file, Buffer.concat([header(2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1), Buffer.alloc(12)])),
  "a header of 255 axes": (file) => fs.writeFileSync(file, Buffer.from([0, 0, 8, 255, 0, 0])),
  "an archive of nothing": (file) => fs.writeFileSync(file, gzipSync("")),
  "an archive cut short": (file) => fs.writeFileSync(file, gzipSync(TINY_FILES.trainImages).subarray(0, 20)),
  "the first two bytes of an archive": (file) => fs.writeFileSync(file, Buffer.from([0x1f, 0x8b])),
  "an archive of a web page": (file) => fs.writeFileSync(file, gzipSync("<!DOCTYPE html>")),
  "a bomb behind a header": (file) => fs.writeFileSync(file, bomb(TINY_FILES.trainImages)),
  "a bomb of zeros": (file) => fs.writeFileSync(file, bomb(Buffer.alloc(0))),
  "a bomb of text": (file) => fs.writeFileSync(file, bomb(Buffer.from("text"))),
  "floats instead of bytes": (file) => fs.writeFileSync(file, idxFile([1, 1, 1], [0], 0x0d)),
  "labels instead of images": (file) => fs.writeFileSync(file, TINY_FILES.trainLabels),
};

function header(...shape: number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * shape.length);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => bytes.writeUInt32BE(size, 4 + 4 * axis));
  return bytes;
}

describe("loadData refuses, and says what to do:", () => {
  for (const [name, damage] of Object.entries(DAMAGE)) {
    test(name, async () => {
      const before = process.memoryUsage();
      await assert.rejects(loadData(damaged(damage)), isUsable);
      const { arrayBuffers } = process.memoryUsage();
      assert.ok(arrayBuffers - before.arrayBuffers < 100e6, `${arrayBuffers} bytes in buffers`);
    });
  }

  test("a file that it may not read", needs(isRoot && "needs another user than root, who may read anything"), () =>
    assert.rejects(loadData(damaged((file) => fs.chmodSync(file, 0))), isUsable),
  );
});

describe("loadRun refuses, and says what to do:", () => {
  const name = `wrong-files-${process.pid}`;
  const folder = path.join(BUILD, "runs", name);
  beforeAll(() => tf.ready());
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  const damages: Readonly<Record<string, (file: (name: string) => string) => void>> = {
    "a topology that isn't JSON": (file) => fs.writeFileSync(file("model.json"), "{"),
    "a topology of null": (file) => fs.writeFileSync(file("model.json"), "null"),
    "a topology without weights": (file) => fs.writeFileSync(file("model.json"), '{"modelTopology":{}}'),
    "weights cut short": (file) => fs.truncateSync(file("weights.bin"), 5),
    "weights that go on": (file) => fs.appendFileSync(file("weights.bin"), "more"),
    "weights of 100 GB, most of them a hole": (file) => fs.truncateSync(file("weights.bin"), 100e9),
    "no weights": (file) => fs.rmSync(file("weights.bin")),
    "weights of another shape": (file) => {
      const model = JSON.parse(fs.readFileSync(file("model.json"), "utf8"));
      model.weightSpecs[0].shape.reverse().push(1);
      fs.writeFileSync(file("model.json"), JSON.stringify(model));
    },
    "a history of text": (file) => fs.writeFileSync(file("history.json"), '"text"'),
    "no history": (file) => fs.rmSync(file("history.json")),
  };

  for (const [what, damage] of Object.entries(damages)) {
    test(what, async () => {
      const { model, dispose } = makeProblem();
      await saveRun(name, { model, history: { epoch: [0], history: { loss: [1] } } });
      dispose();
      damage((file) => path.join(folder, file));
      const before = tf.memory().numTensors;
      await assert.rejects(loadRun(name), isUsable);
      assert.ok(tf.memory().numTensors <= before, "a tensor was left behind");
    });
  }
});

function isUsable(error: unknown): true {
  assert.ok(error instanceof UsageError, `expected a UsageError, found ${String(error)}`);
  assert.match(error.message, /expected [^]+ found [^]+|can't be read \([^]+\)\. Re-run/);
  return true;
}
