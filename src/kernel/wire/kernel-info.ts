import { versions } from "../compiler/versions";
import type { Content } from "../protocol";
import { PROTOCOL_VERSION } from "./message-codec";

/** The content of a `kernel_info_reply`. */
export function kernelInfo(): Content {
  const { tslab, typescript } = versions();
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "tslab",
    implementation_version: tslab,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript", // Clients in Rust take no other type than a string.
      nbconvert_exporter: "script",
    },
    banner: `TypeScript ${typescript} (tslab ${tslab}) on Node.js ${process.version}`,
    debugger: true,
    supported_features: ["debugger", "kernel subshells"],
    help_links: [
      { text: "TypeScript Handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
      { text: "TensorFlow.js API", url: "https://js.tensorflow.org/api/latest/" },
      { text: "tslab", url: "https://github.com/yunabe/tslab" },
      { text: "Node.js API", url: "https://nodejs.org/api/" },
    ],
  };
}
