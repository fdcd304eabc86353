/** How often the kernel checks whether the process that started it is still alive. */
const PARENT_POLL_MS = 1000;

const firstParent = process.ppid;

/**
 * Calls `ended` once the process that started the kernel has ended. jupyter_client names that process in
 * `JPY_PARENT_PID`, unless the kernel is supposed to outlive it.
 */
export function watchParent(ended: () => void): void {
  const parent = Number(process.env.JPY_PARENT_PID);
  if (!Number.isInteger(parent) || parent <= 1) return;
  const check = (): void => {
    if (isAlive(parent)) return;
    clearInterval(timer);
    ended();
  };
  const timer = setInterval(check, PARENT_POLL_MS).unref();
  check();
}

function isAlive(pid: number): boolean {
  if (firstParent === pid) return process.ppid === pid; // Reliable even if the process id is in use again.
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
