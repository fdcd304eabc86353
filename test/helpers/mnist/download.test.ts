import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { checkDataFiles, loadData, type Dataset, type FileRole } from "../../../src/helpers/mnist";
import { sha256 } from "../../../src/shared/checksum";
import { temporaryFolder, TINY, TINY_FILES } from "./idx-files";

const ARCHIVES = new Map(
  (Object.keys(TINY.files) as FileRole[]).map((role) => [`${TINY.files[role]}.gz`, gzipSync(TINY_FILES[role])]),
);
const SUMS = Object.fromEntries(
  (Object.keys(TINY.files) as FileRole[]).map((role) => [role, [sha256(TINY_FILES[role])]]),
) as unknown as Record<FileRole, string[]>;

let server: http.Server;
let base: string;
let requests: string[];
let cache: string;
const cacheBefore = process.env.XDG_CACHE_HOME;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const [, way, name] = (request.url ?? "").split("/");
    requests.push(`${way}/${name}`);
    const archive = ARCHIVES.get(name);
    if (way === "missing" || archive === undefined) response.writeHead(404).end("no such file");
    else if (way === "good") response.end(archive);
    else if (way === "broken-off") {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 10), () => response.destroy());
    } else if (way === "cut-short") response.end(archive.subarray(0, archive.length - 9));
    else if (way === "login-page") response.end("<!doctype html><title>Sign in</title>");
    else response.end(gzipSync(Buffer.from("something else")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  if (cacheBefore === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cacheBefore;
});
beforeEach(() => {
  requests = [];
  cache = temporaryFolder();
  process.env.XDG_CACHE_HOME = cache;
});
afterEach(() => fs.rmSync(cache, { recursive: true, force: true }));

const mirrored = (...ways: string[]): Dataset => ({
  ...TINY,
  sha256: SUMS,
  mirrors: ways.map((way) => `${base}/${way}/`),
});
const filesInCache = () =>
  fs
    .readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

describe("a dataset on a mirror", () => {
  test("is downloaded once and then read from the user's cache", async () => {
    const dataset = mirrored("good");
    const [[xTrain, yTrain]] = await loadData({ dataset });
    assert.deepEqual(
      [xTrain.shape, [...yTrain.data]],
      [
        [3, 2, 2],
        [0, 1, 0],
      ],
    );
    assert.deepEqual(filesInCache(), ["a-images.gz", "a-labels.gz", "b-images.gz", "b-labels.gz"]);
    assert.equal(requests.length, 4);
    assert.ok(checkDataFiles(dataset).every(({ ok }) => ok));

    const [[again]] = await loadData({ dataset });
    assert.deepEqual([...again.data], [...xTrain.data]);
    assert.equal(requests.length, 4, "no request for what is there");
  });

  for (const [way, reason] of [
    ["missing", /the server answered 404/],
    ["broken-off", /a-images\.gz: .+/],
    ["cut-short", /found a damaged one \(unexpected end of file\)/],
    ["other-content", new RegExp(`expected SHA-256 ${SUMS.trainImages[0]}`)],
    ["login-page", /expected SHA-256/],
  ] as const) {
    test(`is rejected when the answer is ${way}, and nothing of it is kept`, async () => {
      await assert.rejects(loadData({ dataset: mirrored(way) }), (error: Error) => {
        assert.match(error.message, /^Tiny: a-images\.gz isn't on this machine and couldn't be downloaded/);
        assert.match(error.message, reason);
        assert.match(error.message, /loadData\(\{ folder \}\)/);
        assert.ok(error.message.includes(`${base}/${way}/a-images.gz`), "names the address");
        return true;
      });
      assert.deepEqual(filesInCache(), []);
    });

    test(`comes from the next mirror when the first answers with ${way}`, async () => {
      const [[xTrain]] = await loadData({ dataset: mirrored(way, "good") });
      assert.deepEqual(xTrain.shape, [3, 2, 2]);
      assert.deepEqual(filesInCache(), ["a-images.gz", "a-labels.gz", "b-images.gz", "b-labels.gz"]);
    });
  }

  test("without checksums is kept only if it is an IDX file", async () => {
    for (const way of ["login-page", "other-content", "cut-short"]) {
      await assert.rejects(loadData({ dataset: { ...mirrored(way), sha256: undefined } }), /couldn't be downloaded/);
      assert.deepEqual(filesInCache(), [], way);
    }
    const [[xTrain]] = await loadData({ dataset: { ...mirrored("login-page", "good"), sha256: undefined } });
    assert.deepEqual(xTrain.shape, [3, 2, 2]);
  });

  test("that is damaged in the cache is reported, not silently used", async () => {
    const dataset = mirrored("good");
    await loadData({ dataset });
    const file = path.join(cache, "typescript-cnn-workbook", "data", "tiny", "a-labels.gz");
    fs.truncateSync(file, 12);
    await assert.rejects(loadData({ dataset }), (error: Error) =>
      error.message.startsWith(`${file}: expected a gzipped file`),
    );
    const check = checkDataFiles(dataset)[1];
    assert.equal(check.ok, false);
    assert.match(check.detail, /found a damaged one/);
  });
});

describe("without a network", () => {
  test("the message says what is missing, what was tried and what to do", async () => {
    const closed = await new Promise<number>((resolve) => {
      const listener = http.createServer().listen(0, "127.0.0.1", () => {
        const { port } = listener.address() as AddressInfo;
        listener.close(() => resolve(port));
      });
    });
    const dataset: Dataset = { ...TINY, mirrors: [`http://127.0.0.1:${closed}/`] };
    await assert.rejects(loadData({ dataset }), (error: Error) => {
      assert.match(
        error.message,
        /^Tiny: a-images\.gz isn't on this machine and couldn't be downloaded\.\n {2}http:.*ECONNREFUSED/,
      );
      assert.match(error.message, /connect to the internet, or pass a folder/);
      return true;
    });
  });

  test("a dataset without mirrors says so", async () => {
    await assert.rejects(loadData({ dataset: TINY }), /The dataset has no mirrors\./);
  });
});
