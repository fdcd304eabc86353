/** Whether a browser window opened from here would appear in front of somebody: not over SSH, not in a container. */
export function hasDesktop(): boolean {
  if (process.platform === "linux") return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  return process.platform === "win32" || (process.platform === "darwin" && !process.env.SSH_CONNECTION);
}
