import { execFileSync } from "node:child_process";
import fs from "node:fs";

/** The vector instructions that matter for TensorFlow, by the names that Linux and macOS use. */
const NAMES: Readonly<Record<string, string>> = {
  avx2: "AVX2",
  fma: "FMA",
  avx512f: "AVX-512",
  avx512_vnni: "AVX-512 VNNI",
  avx512_bf16: "AVX-512 BF16",
  amx_tile: "AMX",
  asimd: "NEON",
  sve: "SVE",
  bf16: "BF16",
};

/** The vector instructions of this CPU, such as ["AVX2", "FMA"]; oneDNN chooses its kernels by them at run time. */
export function instructionSets(): string[] {
  const flags = new Set(cpuFlags());
  return Object.keys(NAMES)
    .filter((flag) => flags.has(flag))
    .map((flag) => NAMES[flag]);
}

function cpuFlags(): string[] {
  if (process.platform === "darwin") {
    if (process.arch === "arm64") return ["asimd"];
    return execFileSync("sysctl", ["-n", "machdep.cpu.features", "machdep.cpu.leaf7_features"], { encoding: "utf8" })
      .toLowerCase()
      .split(/\s+/);
  }
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(fs.readFileSync("/proc/cpuinfo", "utf8"));
  return line === null ? [] : line[1].split(/\s+/);
}
