import fs from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import { toCellPromise } from "./realm";
import { tslabModule } from "./tslab";

/** Endings that a relative import may leave out, in the order in which they are tried. */
const ENDINGS = ["", ".ts", ".tsx", ".js", ".cjs", ".mjs", ".json", "/index.ts", "/index.tsx", "/index.js"];

/** What cells import: packages, the project's own files by relative paths, and modules that cells made. */
export class Modules {
  private readonly fromFolder: NodeJS.Require;
  /** Files loaded by relative imports, with the time of the change that was loaded. */
  private readonly loaded = new Map<string, number>();
  /** Compiled modules of cells, by the path that an import of them resolves to. */
  private readonly made = new Map<string, { code: string; module?: Module }>();
  /** ES modules that only `import()` can load, with the time of the change that was loaded first. */
  private readonly firstLoaded = new Map<string, number>();
  private typescript = false;

  /** Where cells believe to be. Found once: Node's `path` is not safe from what cells do to arrays. */
  private readonly filename: string;
  private readonly url: string;

  constructor(private readonly folder: string) {
    this.fromFolder = createRequire(path.join(folder, "cell.js"));
    this.filename = path.join(folder, "cell.ts");
    this.url = pathToFileURL(this.filename).href;
  }

  /** `require` for cells. */
  readonly require = Object.assign((id: string): unknown => this.import(id), {
    resolve: (id: string): string => this.fromFolder.resolve(id),
    get cache() {
      return require.cache;
    },
  });

  /**
   * What emitted code is given for its imports, in the order of `PARAMETERS` of the compiler.
   * @param files the user's own files that the cell imports, by specifier, as the checker found them
   */
  parameters(files: Readonly<Record<string, string>>): unknown[] {
    const load = (id: string): unknown => this.load(files[id] ?? id);
    const own = (id: string): unknown => this.import(files[id] ?? id);
    const dynamic = (id: unknown): Promise<unknown> =>
      toCellPromise(Promise.resolve().then(async () => namespaceOf(await load(String(id)))));
    const { filename, url } = this;
    const resolve = (id: string): string => {
      const found = files[id] ?? this.fromFolder.resolve(id);
      return path.isAbsolute(found) ? pathToFileURL(found).href : found;
    };
    const meta = { url, filename, dirname: this.folder, resolve };
    const module = { exports: {}, filename, id: filename, loaded: false, children: [], paths: [] };
    const requireOwn = Object.assign(own, this.require);
    return [requireOwn, module, module.exports, filename, this.folder, load, defaultOf, namespaceOf, dynamic, meta];
  }

  /** Takes in a module that a cell made. */
  define({ path: file, javaScript }: { path: string; javaScript: string }): void {
    this.made.set(path.normalize(file), { code: javaScript });
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

  /** A module, or a promise of one that only `import()` can load: an ES module that awaits at its top. */
  private load(id: string): unknown {
    try {
      return this.import(id);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code !== "ERR_REQUIRE_ASYNC_MODULE" && code !== "ERR_PACKAGE_PATH_NOT_EXPORTED" && code !== "ERR_REQUIRE_ESM")
        throw error;
      if (!path.isAbsolute(id) && !/^\.{1,2}\//.test(id)) return this.importNatively(id);
      const file = path.resolve(this.folder, id);
      const modified = modifiedAt(file);
      const first = this.firstLoaded.get(file) ?? modified;
      this.firstLoaded.set(file, first);
      // Node keeps ES modules by URL: an edited file needs another one.
      return this.importNatively(`${pathToFileURL(file).href}${modified === first ? "" : `?${modified}`}`);
    }
  }

  /** Node's own `import()`, from the notebook's folder. Its warning that this is experimental is for the kernel. */
  private importNatively(id: string): Promise<unknown> {
    const { USE_MAIN_CONTEXT_DEFAULT_LOADER } = vm.constants as unknown as {
      USE_MAIN_CONTEXT_DEFAULT_LOADER: undefined;
    };
    const script = new vm.Script("(id) => import(id)", {
      filename: path.join(this.folder, "cell.js"),
      importModuleDynamically: USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const { emitWarning } = process;
    process.emitWarning = (warning, ...rest: unknown[]) => {
      if (!String(warning).startsWith("vm.USE_MAIN_CONTEXT_DEFAULT_LOADER"))
        Reflect.apply(emitWarning, process, [warning, ...rest]);
    };
    try {
      return (script.runInThisContext() as (id: string) => Promise<unknown>)(id);
    } finally {
      process.emitWarning = emitWarning;
    }
  }

  private import(id: string): unknown {
    if (id === "tslab") return tslabModule();
    if (!path.isAbsolute(id) && !/^\.{0,2}[\\/]|^\.\.?$/.test(id)) return this.fromFolder(id);
    const target = path.resolve(this.folder, id);
    const made = this.made.get(`${target}.js`);
    if (made) return this.importMade(`${target}.js`, made);
    const file = ENDINGS.map((ending) => target + ending).find(isFile);
    if (file === undefined) return this.fromFolder(id); // Node's own error says what is missing.
    if (!this.typescript) {
      require("tsx/cjs");
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

/** The default export of a module: that of an ES module, or a CommonJS module as a whole. */
function defaultOf(module: unknown): unknown {
  return isEsModule(module) ? (module as { default?: unknown }).default : module;
}

const namespaces = new WeakMap<object, object>();

/** What `import * as` gives: a CommonJS module's exports with the whole as `default`. */
function namespaceOf(module: unknown): unknown {
  if (isEsModule(module)) return module;
  if ((typeof module !== "object" && typeof module !== "function") || module === null) return { default: module };
  const known = namespaces.get(module);
  if (known) return known;
  const namespace: object = { default: module };
  for (const name of Object.getOwnPropertyNames(module)) {
    if (name === "default" || (typeof module === "function" && FUNCTION_PROPERTIES.has(name))) continue;
    // Read when asked for: some exports of Node warn when they are touched.
    Object.defineProperty(namespace, name, { enumerable: true, get: () => (module as Record<string, unknown>)[name] });
  }
  namespaces.set(module, namespace);
  return namespace;
}

const FUNCTION_PROPERTIES = new Set(["length", "name", "prototype", "arguments", "caller"]);

function isEsModule(module: unknown): boolean {
  return (
    types.isModuleNamespaceObject(module) ||
    (typeof module === "object" && module !== null && (module as { __esModule?: unknown }).__esModule === true) ||
    (typeof module === "function" && (module as { __esModule?: unknown }).__esModule === true)
  );
}

function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function modifiedAt(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
