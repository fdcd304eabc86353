import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { isCellModule } from "./cells";

/** A file of the kernel's, for whatever it has of its own. */
const KERNEL_FILE = path.join(__dirname, "kernel.ts");

/** What TypeScript sees of the disk, of cells and of modules made of cells: a language service and what it asks for. */
export class Project {
  readonly service: ts.LanguageService;
  readonly folder: string;
  /** Files that exist for the compiler alone. */
  private readonly virtual = new Map<string, { text: string; version: number }>();
  /** Files of packages and libraries, which do not change while the kernel runs. */
  private readonly installed = new Map<string, ts.IScriptSnapshot>();
  private readonly local = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  private readonly resolved = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  private readonly resolutionCache: ts.ModuleResolutionCache;
  private readonly host: ts.LanguageServiceHost & Pick<ts.CompilerHost, "getModuleResolutionCache">;
  private roots: readonly string[] = [];
  private versions = 0;

  /**
   * @param options how cells are compiled
   * @param fixed files of every program, by their names in the folder
   * @param findModule supplies the text of a cell by the name of its module
   * @param isCancelled whether to give up what is being computed
   */
  constructor(
    folder: string,
    private readonly options: ts.CompilerOptions,
    private readonly fixed: readonly string[],
    private readonly findModule: (name: string) => { readonly text: string; readonly isTsx: boolean } | undefined,
    isCancelled: () => boolean,
  ) {
    this.folder = folder.replace(/\\/g, "/");
    const canonical = (name: string): string => (ts.sys.useCaseSensitiveFileNames ? name : name.toLowerCase());
    this.resolutionCache = ts.createModuleResolutionCache(this.folder, canonical, options);
    this.host = {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...this.fixed.map((name) => this.path(name)), ...this.roots],
      getScriptVersion: (file) => this.version(file),
      getScriptSnapshot: (file) => this.snapshot(file),
      getCurrentDirectory: () => this.folder,
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      getCancellationToken: () => ({ isCancellationRequested: isCancelled }),
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      fileExists: (file) => this.virtual.has(file) || this.cell(file) !== undefined || ts.sys.fileExists(file),
      readFile: (file) => this.virtual.get(file)?.text ?? this.cell(file)?.text ?? ts.sys.readFile(file),
      directoryExists: (directory) => ts.sys.directoryExists(directory),
      getDirectories: (directory) => ts.sys.getDirectories(directory),
      readDirectory: (...parameters) => ts.sys.readDirectory(...parameters),
      realpath: (file) => (this.virtual.has(file) ? file : (ts.sys.realpath?.(file) ?? file)),
      // What a compiler's host may have: without it, the package.json of every file is read for every program.
      getModuleResolutionCache: () => this.resolutionCache,
      resolveModuleNameLiterals: (literals, containingFile) =>
        literals.map(({ text }) => this.resolve(text, containingFile)),
      resolveTypeReferenceDirectiveReferences: (references, containingFile) =>
        references.map((reference) =>
          this.resolveTypes(typeof reference === "string" ? reference : reference.fileName, containingFile),
        ),
    };
    this.service = ts.createLanguageService(this.host, keepingRegistry());
  }

  /** The path of a file in the folder. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /**
   * Sets the text of a file that is not on the disk. By default the file counts as changed even if its text is the
   * same, so that imports which could not be found are looked for again.
   */
  write(file: string, text: string, ifChanged = false): void {
    if (ifChanged && this.virtual.get(file)?.text === text) return;
    this.virtual.set(file, { text, version: ++this.versions });
  }

  /** The text of a file that is not on the disk. */
  read(file: string): string | undefined {
    return this.virtual.get(file)?.text;
  }

  /** Chooses the file that the program is about, beside the fixed ones. */
  look(file: string): void {
    if (this.roots[0] !== file) this.roots = [file];
  }

  /** The program of the file chosen last, up to date with the disk. */
  program(): ts.Program {
    const program = this.service.getProgram();
    if (!program) throw new Error("TypeScript made no program.");
    return program;
  }

  /** The file that an import means, if it is one of the user's own and not a declaration. */
  sourceOf(specifier: string, importer = this.path("__cell__.ts")): string | undefined {
    if (isCellModule(specifier)) return undefined;
    const { resolvedModule: found } = this.resolve(specifier, importer);
    if (!found || isInstalled(found.resolvedFileName) || /\.d\.[cm]?ts$/.test(found.resolvedFileName)) return undefined;
    return this.virtual.has(found.resolvedFileName) ? undefined : found.resolvedFileName;
  }

  private cell(file: string): { readonly text: string; readonly isTsx: boolean } | undefined {
    if (path.posix.dirname(file) !== this.folder) return undefined;
    const { name, ext } = path.posix.parse(file);
    const cell = isCellModule(`./${name}`) ? this.findModule(name) : undefined;
    return cell && ext === (cell.isTsx ? ".tsx" : ".ts") ? cell : undefined;
  }

  private version(file: string): string {
    const virtual = this.virtual.get(file);
    if (virtual) return `v${virtual.version}`;
    if (isInstalled(file) || this.cell(file)) return "1";
    const status = fs.statSync(file, { throwIfNoEntry: false });
    return status ? `${status.mtimeMs} ${status.size}` : "";
  }

  private snapshot(file: string): ts.IScriptSnapshot | undefined {
    const text = this.virtual.get(file)?.text ?? this.cell(file)?.text;
    if (text !== undefined) return ts.ScriptSnapshot.fromString(text);
    const known = this.installed.get(file);
    if (known) return known;
    const version = this.version(file);
    const local = this.local.get(file);
    if (local && local.version === version) return local.snapshot;
    const read = ts.sys.readFile(file);
    if (read === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(read);
    if (isInstalled(file)) this.installed.set(file, snapshot);
    else this.local.set(file, { version, snapshot });
    return snapshot;
  }

  private resolve(name: string, containingFile: string): ts.ResolvedModuleWithFailedLookupLocations {
    if (isCellModule(name)) {
      const cell = this.findModule(name.slice("./".length));
      const extension = cell?.isTsx ? ts.Extension.Tsx : ts.Extension.Ts;
      const resolvedFileName = this.path(`${name.slice("./".length)}${extension}`);
      return {
        resolvedModule: cell && { resolvedFileName, extension, isExternalLibraryImport: false },
      } as ts.ResolvedModuleWithFailedLookupLocations;
    }
    const installed = isInstalled(containingFile);
    const key = `${path.posix.dirname(containingFile)}\0${name}`;
    const known = this.resolved.get(key);
    if (known) return known;
    const found = this.resolveModule(name, containingFile, installed ? this.resolutionCache : undefined);
    // Of what may change while the kernel runs, only what was found in a package is remembered.
    if (
      installed ||
      (found.resolvedModule &&
        !ts.isExternalModuleNameRelative(name) &&
        isInstalled(found.resolvedModule.resolvedFileName))
    ) {
      this.resolved.set(key, found);
    }
    return found;
  }

  /** A module as TypeScript finds it. The kernel itself has the types of tslab, for which it stands in. */
  private resolveModule(name: string, containingFile: string, cache?: ts.ModuleResolutionCache) {
    const found = ts.resolveModuleName(name, containingFile, this.options, this.host, cache);
    return found.resolvedModule || name !== "tslab"
      ? found
      : ts.resolveModuleName(name, KERNEL_FILE, this.options, this.host);
  }

  /** Types by their package's name: from the folder, or those that the kernel itself has. */
  private resolveTypes(
    name: string,
    containingFile: string,
  ): ts.ResolvedTypeReferenceDirectiveWithFailedLookupLocations {
    const found = ts.resolveTypeReferenceDirective(name, containingFile, this.options, this.host);
    return found.resolvedTypeReferenceDirective
      ? found
      : ts.resolveTypeReferenceDirective(name, KERNEL_FILE, this.options, this.host);
  }
}

/** Whether a file belongs to a package or to TypeScript. */
function isInstalled(file: string): boolean {
  return file.includes("/node_modules/");
}

/** A registry of parsed files that keeps those of packages when a program no longer needs them: the next may. */
function keepingRegistry(): ts.DocumentRegistry {
  const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);
  const release = registry.releaseDocumentWithKey.bind(registry) as (file: ts.Path, ...rest: unknown[]) => void;
  return Object.assign(registry, {
    releaseDocumentWithKey: (file: ts.Path, ...rest: unknown[]): void => {
      if (!isInstalled(file)) release(file, ...rest);
    },
  });
}
