import fs from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { tslabModule } from "../compiler/tslab";

/** Endings that a relative import may leave out, in the order in which they are tried. */
const ENDINGS = ["", ".ts", ".tsx", ".js", ".cjs", ".mjs", ".json", "/index.ts", "/index.tsx", "/index.js"];

/** What cells import: packages, the project's own files by relative paths, and modules that cells made. */
export class Modules {
  private readonly fromFolder: NodeJS.Require;
  /** Files loaded by relative imports, with the time of the change that was loaded. */
  private readonly loaded = new Map<string, number>();
  /** Compiled modules of cells, by the path that an import of them resolves to. */
  private readonly made = new Map<string, { code: string; module?: Module }>();
  private typescript = false;

  constructor(private readonly folder: string) {
    this.fromFolder = createRequire(path.join(folder, "cell.js"));
  }

  /** `require` for cells. */
  readonly require = Object.assign((id: string): unknown => this.import(id), {
    resolve: (id: string): string => this.fromFolder.resolve(id),
    get cache() {
      return require.cache;
    },
  });

  /** Takes in the modules that cells made. */
  define(modules: readonly { path: string; data: string }[]): void {
    for (const { path: file, data } of modules) this.made.set(path.normalize(file), { code: data });
  }

  /** Forgets loaded files that were edited since, and all that import them, so that the next import takes them up. */
  refresh(): void {
    const stale = new Set(
      [...this.loaded].filter(([file, modified]) => modifiedAt(file) !== modified).map(([file]) => file),
    );
    if (stale.size === 0) return;
    for (let before = 0; before !== stale.size;) {
      before = stale.size;
      for (const module of Object.values(require.cache)) {
        if (module?.children.some((child) => stale.has(child.filename))) stale.add(module.filename);
      }
    }
    for (const file of stale) {
      delete require.cache[file];
      this.loaded.delete(file);
    }
  }

  /** Forgets modules whose loading an interrupt cut off. */
  forgetUnfinished(): void {
    for (const [file, module] of Object.entries(require.cache))
      if (module && !module.loaded) delete require.cache[file];
  }

  private import(id: string): unknown {
    if (id === "tslab") return tslabModule();
    if (!/^\.{0,2}[\\/]|^\.\.?$/.test(id)) return this.fromFolder(id);
    const target = path.resolve(this.folder, id);
    const made = this.made.get(`${target}.js`);
    if (made) return this.importMade(`${target}.js`, made);
    const file = ENDINGS.map((ending) => target + ending).find(isFile);
    if (file === undefined) return this.fromFolder(id); // Node's own error says what is missing.
    if (!this.typescript) {
      this.fromFolder("tsx/cjs");
      this.typescript = true;
    }
    const exported: unknown = this.fromFolder(file);
    this.note(require.cache[file]);
    return exported;
  }

  private importMade(file: string, made: { code: string; module?: Module }): unknown {
    if (!made.module) {
      const module = new Module(file) as Module & { _compile(code: string, file: string): void };
      module.filename = file;
      module.require = ((id: string) => this.import(id)) as NodeJS.Require;
      made.module = module;
      module._compile(made.code, file);
    }
    return made.module.exports;
  }

  /** Notes the files of the project that `module` loaded. */
  private note(module: NodeJS.Module | undefined): void {
    if (!module || this.loaded.has(module.filename) || module.filename.includes(`${path.sep}node_modules${path.sep}`))
      return;
    this.loaded.set(module.filename, modifiedAt(module.filename));
    for (const child of module.children) this.note(child);
  }
}

function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function modifiedAt(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
