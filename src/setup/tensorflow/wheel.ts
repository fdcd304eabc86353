import fs from "node:fs";
import path from "node:path";
import { sha256OfFile } from "../../shared/checksum";
import { DISK_FULL, SetupError, causeOf, commandError } from "../bootstrap/errors.cjs";
import { step } from "../bootstrap/progress.cjs";
import { run, writeLog } from "../bootstrap/run.cjs";
import { PIP_OPTIONS, pythonEnvironment } from "../python/python";
import { BackendUnavailable } from "./backend-unavailable";

/** A file on PyPI that contains TensorFlow's C library. */
export interface Wheel {
  readonly distribution: string;
  readonly version: string;
  readonly platformTag: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The libraries in the wheel's folder `tensorflow`: TensorFlow and its framework library. */
  readonly libraries: { readonly main: string; readonly framework: string };
}

const LINUX_LIBRARIES = { main: "libtensorflow_cc.so.2", framework: "libtensorflow_framework.so.2" };
const MACOS_LIBRARIES = { main: "libtensorflow_cc.2.dylib", framework: "libtensorflow_framework.2.dylib" };

const WHEELS: Readonly<Record<string, Wheel>> = {
  "linux-x64": {
    distribution: "tensorflow-cpu",
    version: "2.21.0",
    platformTag: "manylinux_2_27_x86_64",
    sha256: "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
    bytes: 274_000_871,
    libraries: LINUX_LIBRARIES,
  },
  "linux-arm64": {
    distribution: "tensorflow",
    version: "2.21.0",
    platformTag: "manylinux_2_27_aarch64",
    sha256: "b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552",
    bytes: 281_946_471,
    libraries: LINUX_LIBRARIES,
  },
  "darwin-arm64": {
    distribution: "tensorflow",
    version: "2.21.0",
    platformTag: "macosx_12_0_arm64",
    sha256: "56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712",
    bytes: 223_488_205,
    libraries: MACOS_LIBRARIES,
  },
};

/** TensorFlow's wheel for this machine; `undefined` if there is none (Intel Macs, Linux with musl). */
export function wheelForThisMachine(): Wheel | undefined {
  if (process.platform === "linux" && !usesGlibc()) return undefined;
  return WHEELS[`${process.platform}-${process.arch}`];
}

function usesGlibc(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}

/**
 * Downloads a wheel with pip, so that the user's package index, proxy and certificates apply. The wheel is for a fixed
 * Python version, whichever runs pip: only its libraries are used.
 *
 * @returns the verified file in `folder`
 * @throws SetupError if the disk is full or the file isn't the pinned one
 * @throws BackendUnavailable if it can't be downloaded
 */
export async function downloadWheel(wheel: Wheel, python: string, folder: string): Promise<string> {
  const kept = findWheel(wheel, folder);
  // Left by a set-up that was interrupted after the download.
  if (kept !== undefined && (await wheelFault(wheel, kept)) === undefined) return kept;

  const temporary = path.join(folder, "download.tmp");
  fs.rmSync(temporary, { recursive: true, force: true });
  fs.mkdirSync(temporary, { recursive: true });
  try {
    const title = `Downloading TensorFlow ${wheel.version} (${Math.round(wheel.bytes / 1e6)} MB)`;
    await step(title, async ({ note }) => {
      const timer = setInterval(() => note(`${percentDone(wheel, temporary)} %`), 1000);
      try {
        const env = { ...pythonEnvironment(), TMPDIR: temporary };
        const { code, output } = await run(python, pipDownload(wheel, temporary), { env });
        if (code !== 0) throw downloadError(output);
      } finally {
        clearInterval(timer);
      }
    });
    const file = findWheel(wheel, temporary);
    if (file === undefined) {
      const downloaded = fs.readdirSync(temporary).join(", ") || "nothing";
      throw new BackendUnavailable(
        `pip downloaded ${downloaded} instead of ${wheel.platformTag}`,
        "python3 -m pip install --upgrade pip",
      );
    }
    await verifyWheel(wheel, file);
    const whole = path.join(folder, path.basename(file));
    fs.renameSync(file, whole);
    return whole;
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

function downloadError(output: string): Error {
  const error = commandError("TensorFlow couldn't be downloaded.", output, writeLog("tensorflow-download", output));
  return causeOf(output)?.why === DISK_FULL
    ? error
    : new BackendUnavailable(`pip couldn't download TensorFlow: ${error.why}`, error.remedy);
}

/** @throws SetupError if the file isn't the pinned one */
export async function verifyWheel(wheel: Wheel, file: string): Promise<void> {
  const fault = await wheelFault(wheel, file);
  if (fault === undefined) return;
  throw new SetupError(
    `The downloaded ${path.basename(file)} isn't the expected file and was deleted.`,
    fault,
    "run the command again; if it fails again, your package index or a proxy changes the file",
  );
}

async function wheelFault(wheel: Wheel, file: string): Promise<string | undefined> {
  const { size } = fs.statSync(file);
  if (size !== wheel.bytes) return `expected ${wheel.bytes} bytes, found ${size}`;
  const sha256 = await sha256OfFile(file);
  if (sha256 !== wheel.sha256) return `expected SHA-256 ${wheel.sha256}, found ${sha256}`;
  return undefined;
}

function pipDownload(wheel: Wheel, destination: string): string[] {
  return [
    ...["-m", "pip", "download", "--no-deps", "--only-binary=:all:"],
    ...["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312", "--platform", wheel.platformTag],
    // The cache keeps it unpacked; pip's own cache would keep the packed file too.
    "--no-cache-dir",
    ...PIP_OPTIONS,
    ...["--dest", destination, `${wheel.distribution}==${wheel.version}`],
  ];
}

function findWheel(wheel: Wheel, folder: string): string | undefined {
  if (!fs.existsSync(folder)) return undefined;
  const start = `${wheel.distribution.replace("-", "_")}-${wheel.version}-`;
  const name = fs.readdirSync(folder).find((one) => one.startsWith(start) && one.endsWith(`${wheel.platformTag}.whl`));
  return name === undefined ? undefined : path.join(folder, name);
}

/** pip writes into `folder` while it downloads. */
function percentDone(wheel: Wheel, folder: string): number {
  let largest = 0;
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const { size } = fs.statSync(path.join(folder, name), { throwIfNoEntry: false }) ?? { size: 0 };
    largest = Math.max(largest, size);
  }
  return Math.min(100, Math.round((100 * largest) / wheel.bytes));
}
