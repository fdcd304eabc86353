import { execFileSync } from "node:child_process";
import fs from "node:fs";

/** The process numbers of everything that descends from this process. */
function descendants(): number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of processTable()) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(pid);
    else children.set(parent, [pid]);
  }
  const found: number[] = [];
  const visit = (parent: number): void => {
    for (const pid of children.get(parent) ?? []) {
      found.push(pid);
      visit(pid);
    }
  };
  visit(process.pid);
  return found;
}

/** [process, parent] of every process on the machine. */
function processTable(): [pid: number, parent: number][] {
  if (process.platform === "linux") {
    return fs
      .readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name): [number, number][] => {
        try {
          // "pid (name) state parent …"; the name may hold spaces and brackets.
          const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8");
          return [[Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])]];
        } catch {
          return []; // It ended meanwhile.
        }
      });
  }
  if (process.platform === "win32") return []; // Windows ends the children with their console.
  return execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
}

/** Sends `signal` to everything that descends from this process. */
export function signalDescendants(signal: NodeJS.Signals): void {
  for (const pid of descendants()) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}
