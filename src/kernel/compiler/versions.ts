import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(__dirname, "kernel.js"));

/** The versions of tslab, for which the kernel stands in, and of TypeScript, without loading either. */
export function versions(): { tslab: string; typescript: string } {
  const version = (name: string): string => {
    const file = require.resolve(`${name}/package.json`);
    return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
  };
  return { tslab: version("tslab"), typescript: version("typescript") };
}
