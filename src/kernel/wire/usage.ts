import fs from "node:fs";
import os from "node:os";
import { descendants } from "../../shared/process-tree.cjs";
import type { Content } from "../protocol";

/** What `usage_request` compares against: the processor times at the request before. */
let before = { wall: Date.now(), own: process.cpuUsage(), host: hostTimes() };

/**
 * The content of a `usage_reply`, with the fields of ipykernel's: processor time of the kernel in percent of one core
 * since the request before, its memory and that of the processes that it started in bytes, and the host's.
 */
export function usage(): Content {
  const now = { wall: Date.now(), own: process.cpuUsage(), host: hostTimes() };
  const elapsedMs = Math.max(1, now.wall - before.wall);
  const ownMs = (now.own.user - before.own.user + now.own.system - before.own.system) / 1000;
  const hostMs = Math.max(1, now.host.total - before.host.total);
  const busyMs = now.host.busy - before.host.busy;
  before = now;
  const [total, free] = [os.totalmem(), availableMemory()];
  return {
    status: "ok",
    hostname: os.hostname(),
    pid: process.pid,
    kernel_cpu: (100 * ownMs) / elapsedMs,
    kernel_memory: [process.pid, ...descendants(process.pid)].reduce((sum, pid) => sum + residentMemory(pid), 0),
    cpu_count: os.cpus().length,
    host_cpu_percent: (100 * busyMs) / hostMs,
    host_virtual_memory: { total, available: free, used: total - free, free, percent: (100 * (total - free)) / total },
  };
}

function hostTimes(): { total: number; busy: number } {
  const times = os.cpus().map(({ times }) => times);
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  const total = sum(times.flatMap((each) => Object.values(each)));
  return { total, busy: total - sum(times.map(({ idle }) => idle)) };
}

/** Bytes that programs can still allocate, as far as the system tells. */
function availableMemory(): number {
  const node = process as { availableMemory?: () => number };
  return node.availableMemory?.() ?? os.freemem();
}

/** Bytes of memory of a process; of other processes only Linux tells without a command. */
function residentMemory(pid: number): number {
  if (pid === process.pid) return process.memoryUsage.rss();
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
    return kilobytes ? Number(kilobytes[1]) * 1024 : 0;
  } catch {
    return 0;
  }
}
