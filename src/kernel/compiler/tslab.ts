import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { CompletionInfo, Converter, ConvertResult } from "tslab/dist/converter";
import type TypeScript from "typescript";

/*
 * The one place that reaches into tslab. Its converter is used as it is; what it asks of TypeScript goes
 * through a copy of TypeScript's exports in which a few functions are the ones below:
 *
 *   createWatchCompilerHost     the project's compiler options, our globals, and module resolution without stale failures
 *   createWatchProgram          programs without the bookkeeping of incremental builds, most of the time a cell took
 *   getPreEmitDiagnosticsOfFiles   keeps the whole diagnostics, of which tslab passes on a part
 *   transpileModule             a source map, and awaits that an interrupt can end
 *
 * Files are not watched but compared before each cell, so that an edit is seen for certain.
 */

/** TypeScript's fork that tslab depends on, with the internal functions that are used here. */
export type Ts = typeof TypeScript & {
  getPreEmitDiagnosticsOfFiles(program: TypeScript.Program, files: TypeScript.SourceFile[]): TypeScript.Diagnostic[];
  bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void;
  getTouchingPropertyName(file: TypeScript.SourceFile, position: number): TypeScript.Node;
};

export type { CompletionInfo, Converter };

/** What is known of the code seen last, beside what tslab hands on. */
interface Latest {
  program?: TypeScript.Program;
  found: readonly TypeScript.Diagnostic[];
  /** From the emitted ES module to the cell, and from the CommonJS made of it to the ES module. */
  toCell?: string;
  toModule?: string;
  awaits: boolean;
}

/** A cell, compiled. */
export interface Compiled extends ConvertResult {
  /** What the type checker found, with all that it knows. */
  readonly found: readonly TypeScript.Diagnostic[];
  /** Source maps from the JavaScript that runs back to the cell, to be applied in this order. */
  readonly sourceMaps: readonly string[];
  /** Whether there is an await at the cell's top; tslab does not see `await (…)`, nor `for await`. */
  readonly awaits: boolean;
  /** The names that the cell declares at its top. */
  readonly names: readonly string[];
}

/** tslab's converter and what is needed around it. */
export interface Compiler {
  readonly ts: Ts;
  convert(declarations: string, code: string): Compiled;
  complete(declarations: string, code: string, position: number): CompletionInfo;
  inspect(declarations: string, code: string, position: number): TypeScript.QuickInfo | undefined;
  /** Makes a module of a cell that says `@module name`; returns what is wrong with it. */
  addModule(name: string, code: string, jsx: boolean): readonly TypeScript.Diagnostic[];
  /** What a cell says of itself in its comments. */
  metadata(code: string): { module?: string; jsx?: true; mode?: "node" | "browser" };
  /** Program and file of the code seen last. */
  current(): { program: TypeScript.Program; file: TypeScript.SourceFile };
}

/** What tslab puts before a cell; positions in the checker's file are behind it. */
export const PREFIX = "export {};\n";

/** Names under which emitted code finds the functions that an interrupt goes through. */
export const AWAIT = "__await";
export const ITERATE = "__iterate";

const require = createRequire(path.join(__dirname, "tslab.js"));
const tslabRequire = createRequire(require.resolve("tslab"));

/** The versions of tslab and of its TypeScript, without loading either. */
export function versions(): { tslab: string; typescript: string } {
  const version = (file: string): string => (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
  return {
    tslab: version(tslabRequire.resolve("tslab/package.json")),
    typescript: version(tslabRequire.resolve("@tslab/typescript-for-tslab/package.json")),
  };
}

/** A display as tslab's own `display` sends it. */
export interface TslabDisplay {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  transient: { display_id?: string };
}

/**
 * The module through which an unmodified tslab's displays go: `lastWriteDisplayData` sends them while a cell runs.
 * It loads the compiler, too.
 */
export const displayModule = (): string => require.resolve("tslab/dist/jupyter");

/**
 * Makes `import { display } from "tslab"` work, and the helpers find the kernel's display: both go through
 * that module. It would load the compiler into the session; an empty one with the one export stands in for it.
 */
export function installDisplay(writeDisplay: (display: TslabDisplay, update: boolean) => void): void {
  const file = displayModule();
  const stub = Object.assign(Object.create(null), { id: file, filename: file, loaded: true, children: [], paths: [] });
  require.cache[file] = Object.assign(stub, { exports: { lastWriteDisplayData: writeDisplay } }) as NodeJS.Module;
}

/** The converter of an unmodified tslab, which neither reads the project's options nor makes a source map. */
export function unmodifiedConverter(): Converter {
  const { createConverter } = require("tslab/dist/converter") as typeof import("tslab/dist/converter");
  return createConverter({ isJS: false, isBrowser: false });
}

/** tslab's public module, as cells import it. */
export function tslabModule(): unknown {
  return require("tslab");
}

/**
 * Starts tslab's converter for cells in the folder `cwd`.
 * @param globals the declarations of what the kernel adds to every cell
 */
export function createCompiler(cwd: string, globals: string): Compiler {
  const ts = tslabRequire("@tslab/typescript-for-tslab") as Ts;
  ts.sys.getCurrentDirectory = () => cwd;
  const files = new WatchedFiles(ts);
  const latest: Latest = { found: [], awaits: false };
  const cell = `${cwd.replace(/\\/g, "/")}/__tslab__.ts`;
  const modules = new Set<string>();

  const substitutes: Partial<Ts> = {
    createWatchCompilerHost: ((
      roots: string[],
      tslabOptions: TypeScript.CompilerOptions,
      system: TypeScript.System,
      _createProgram: undefined,
      ...reporters: [TypeScript.DiagnosticReporter, TypeScript.WatchStatusReporter]
    ) => {
      const options = { ...projectOptions(ts, cwd), ...tslabOptions, ...CELL_OPTIONS };
      delete options.rootDir; // It is tslab's reason to refuse imports from above the notebook's folder.
      const host = ts.createWatchCompilerHost(
        [...roots, globals],
        options,
        system,
        createBuilder(ts, cell, modules, latest),
        ...reporters,
      );
      return Object.assign(host, {
        resolveModuleNames: moduleResolver(ts, host, options),
        hasInvalidatedResolutions: () => false,
      });
    }) as unknown as Ts["createWatchCompilerHost"],

    createWatchProgram: ((host: TypeScript.WatchCompilerHostOfFilesAndCompilerOptions<TypeScript.BuilderProgram>) => {
      const program = ts.createWatchProgram(host);
      // tslab names the root files anew when a cell becomes a module; ours must stay among them.
      return { ...program, updateRootFileNames: (names: string[]) => program.updateRootFileNames([...names, globals]) };
    }) as unknown as Ts["createWatchProgram"],

    getPreEmitDiagnosticsOfFiles(program, sources) {
      latest.found = ts.getPreEmitDiagnosticsOfFiles(program, sources);
      return [...latest.found];
    },

    transpileModule(code, options) {
      const { outputText, sourceMapText, ...rest } = ts.transpileModule(code, {
        ...options,
        compilerOptions: { ...options.compilerOptions, sourceMap: true },
        transformers: {
          before: [interruptible(ts, (found) => (latest.awaits = found))],
          after: [keepEarlierValues(ts)],
        },
      });
      latest.toModule = sourceMapText; // The cell itself comes last.
      return { outputText: withoutMapComment(outputText), sourceMapText, ...rest };
    },
  };
  // tslab reads TypeScript's exports one by one, and they cannot be assigned to: hence a copy.
  const exported = Object.assign({}, ts, substitutes);
  const file = tslabRequire.resolve("@tslab/typescript-for-tslab");
  (tslabRequire.cache[file] as NodeJS.Module).exports = exported;
  const { createConverter } = require("tslab/dist/converter") as typeof import("tslab/dist/converter");
  const { getCodeMetadata } = require("tslab/dist/metadata") as typeof import("tslab/dist/metadata");
  const converter: Converter = createConverter({});

  const current = (): { program: TypeScript.Program; file: TypeScript.SourceFile } => {
    const source = latest.program?.getSourceFile(cell);
    if (!latest.program || !source) throw new Error("The compiler has seen no cell yet.");
    return { program: latest.program, file: source };
  };
  return {
    ts,
    current,
    metadata: getCodeMetadata,
    convert(declarations, code) {
      files.notice();
      const result = converter.convert(declarations, withoutExports(ts, code));
      const { found, awaits, toModule, toCell } = latest;
      const { locals } = current().file as unknown as { locals?: Map<string, unknown> };
      const sourceMaps = [toModule, toCell].filter((map) => map !== undefined);
      return { ...result, found, awaits, sourceMaps, names: [...(locals?.keys() ?? [])] };
    },
    complete: (declarations, code, position) => converter.complete(declarations, withoutExports(ts, code), position),
    inspect: (declarations, code, position) =>
      converter.inspect(declarations, withoutExports(ts, code), position) as unknown as
        TypeScript.QuickInfo | undefined,
    addModule(name, code, jsx) {
      modules.add(`${cwd.replace(/\\/g, "/")}/${name}.${jsx ? "tsx" : "ts"}`);
      converter.addModule(name, code, jsx ? { jsx } : {});
      const { program } = current();
      const source = program.getSourceFile(`${cwd.replace(/\\/g, "/")}/${name}.${jsx ? "tsx" : "ts"}`);
      return source ? ts.getPreEmitDiagnosticsOfFiles(program, [source]) : [];
    },
  };
}

/** Options that a cell needs, whatever the project says. */
const CELL_OPTIONS: TypeScript.CompilerOptions = {
  sourceMap: true,
  inlineSources: false,
  noEmit: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  isolatedModules: false,
  incremental: false,
  composite: false,
};

/**
 * `export const a` is `const a` in a cell: later cells see every name, and tslab exports each by itself. Blanks in place of the
 * word keep all positions. What else `export` can say is left as it is.
 */
function withoutExports(ts: Ts, code: string): string {
  if (!code.includes("export")) return code;
  let text = code;
  for (const statement of ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest).statements) {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    const word = modifiers.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!word || modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) continue;
    text = text.slice(0, word.end).replace(/export$/, "      ") + text.slice(word.end);
  }
  return text;
}

/** The compiler options of the nearest tsconfig.json at or above `folder`. */
function projectOptions(ts: Ts, folder: string): TypeScript.CompilerOptions {
  const file = ts.findConfigFile(folder, ts.sys.fileExists);
  if (file === undefined) return {};
  const { config } = ts.readConfigFile(file, ts.sys.readFile) as { config?: { compilerOptions?: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config?.compilerOptions ?? {}, path.dirname(file), file);
  return options;
}

/** Resolves imports anew for each program; only what was found in a package is remembered. */
function moduleResolver(ts: Ts, host: TypeScript.ModuleResolutionHost, options: TypeScript.CompilerOptions) {
  const packages = new Map<string, TypeScript.ResolvedModuleFull>();
  return (names: string[], containingFile: string): (TypeScript.ResolvedModuleFull | undefined)[] =>
    names.map((name) => {
      const key = `${path.dirname(containingFile)}\0${name}`;
      const known = packages.get(key);
      if (known) return known;
      const { resolvedModule } = ts.resolveModuleName(name, containingFile, options, host);
      if (resolvedModule && !ts.isExternalModuleNameRelative(name)) packages.set(key, resolvedModule);
      return resolvedModule;
    });
}

type CreateProgram = TypeScript.CreateProgram<TypeScript.BuilderProgram>;

/** Programs that emit the cell, and modules made of cells; other files are loaded from disk by the session. */
function createBuilder(ts: Ts, cell: string, modules: ReadonlySet<string>, latest: Latest): CreateProgram {
  return (roots, options, host, oldBuilder, configDiagnostics, references) => {
    const builder = ts.createAbstractBuilder(roots, options, host, oldBuilder, configDiagnostics, references);
    const program = builder.getProgram();
    latest.program = program;
    // tslab looks at the cell's names before it asks for a checker.
    const source = program.getSourceFile(cell);
    if (source) ts.bindSourceFile(source, options ?? {});
    return {
      ...builder,
      getAllDependencies: (source) => localImports(program, source, cell),
      emit(source, writeFile, cancellation, onlyDeclarations, transformers) {
        if (!source || (source.fileName !== cell && !modules.has(source.fileName))) {
          return { emitSkipped: true, diagnostics: [] };
        }
        const stem = path.basename(source.fileName).replace(/\.tsx?$/, "");
        const write: TypeScript.WriteFileCallback = (file, text) => {
          if (!file.endsWith(".map"))
            writeFile?.(`outDir/${stem}${file.endsWith(".d.ts") ? ".d.ts" : ".js"}`, withoutMapComment(text), false);
          else if (source.fileName === cell) latest.toCell = text;
        };
        const checker = program.getTypeChecker();
        const after = [writeOutShorthands(ts, checker), ...(transformers?.after ?? [])];
        return withoutPropertyNames(ts, checker, () =>
          program.emit(source, write, cancellation, onlyDeclarations, { ...transformers, after }),
        );
      },
    } as TypeScript.BuilderProgram;
  };
}

/*
 * tslab has names of earlier cells read as `exports.name`, and goes by their symbols alone. Property names have symbols too: in
 * `({ train: x }: T) => …` that of `train` is declared in the cell that declared T, though nothing of that cell is read here. And in
 * `{ seed }` the symbol is the new property's, though a variable is read. Hence the two functions below.
 */

/** Runs `emit` with a checker that knows no symbols of property names in patterns and literals. */
function withoutPropertyNames<T>(ts: Ts, checker: TypeScript.TypeChecker, emit: () => T): T {
  const find = checker.getSymbolAtLocation;
  const isPropertyName = (node: TypeScript.Node): boolean => {
    const { parent } = node as { parent?: TypeScript.Node };
    if (!parent) return false;
    if (ts.isBindingElement(parent)) return parent.propertyName === node;
    return (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) && parent.name === node;
  };
  checker.getSymbolAtLocation = (node) => (isPropertyName(node) ? undefined : find(node));
  try {
    return emit();
  } finally {
    checker.getSymbolAtLocation = find;
  }
}

/** `{ seed }` becomes `{ seed: exports.seed }` where `seed` is a variable of an earlier cell. */
function writeOutShorthands(
  ts: Ts,
  checker: TypeScript.TypeChecker,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const { factory } = ts;
  return (context) => {
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isShorthandPropertyAssignment(visited)) return visited;
      const symbol = checker.getShorthandAssignmentValueSymbol(ts.getOriginalNode(node));
      if (!symbol?.declarations?.some((declaration) => declaration.getSourceFile().fileName.endsWith("/__prev__.d.ts")))
        return visited;
      const variable = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), visited.name.text);
      const { objectAssignmentInitializer: fallback } = visited;
      const value = ts.setTextRange(fallback ? factory.createAssignment(variable, fallback) : variable, visited);
      return ts.setTextRange(factory.createPropertyAssignment(visited.name.text, value), visited);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

function withoutMapComment(text: string): string {
  return text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
}

interface ResolvedModules {
  forEach(each: (module?: { resolvedModule?: TypeScript.ResolvedModuleFull }) => void): void;
}

/** The cell and the sources below its folder that it imports, directly or not: those that are checked with it. */
function localImports(program: TypeScript.Program, source: TypeScript.SourceFile, cell: string): string[] {
  const found = new Set<string>();
  const folder = path.posix.dirname(cell);
  const visit = (file: TypeScript.SourceFile): void => {
    if (found.has(file.fileName)) return;
    found.add(file.fileName);
    const { resolvedModules } = file as unknown as { resolvedModules?: ResolvedModules };
    resolvedModules?.forEach((module) => {
      const name = module?.resolvedModule?.resolvedFileName ?? "";
      const isLocal = name.startsWith(`${folder}/`) && !name.includes("/node_modules/") && !name.endsWith(".d.ts");
      const imported = isLocal && program.getSourceFile(name);
      if (imported) visit(imported);
    });
  };
  visit(source);
  return [...found];
}

/**
 * Wraps every await of a cell, so that an interrupt can end it: `await x` becomes `await __await(x)`.
 * @param report is told whether one of them is at the top, outside of all functions
 */
function interruptible(
  ts: Ts,
  report: (awaitsAtTop: boolean) => void,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    let functions = 0;
    let atTop = false;
    const call = (name: string, operand: TypeScript.Expression): TypeScript.Expression =>
      ts.setTextRange(
        ts.factory.createCallExpression(ts.factory.createIdentifier(name), undefined, [operand]),
        operand,
      );
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const isFunction = ts.isFunctionLike(node);
      if (isFunction) functions++;
      const visited = ts.visitEachChild(node, visit, context);
      if (isFunction) functions--;
      if (ts.isAwaitExpression(visited)) {
        atTop ||= functions === 0;
        return ts.factory.updateAwaitExpression(visited, call(AWAIT, visited.expression));
      }
      if (ts.isForOfStatement(visited) && visited.awaitModifier) {
        atTop ||= functions === 0;
        const { awaitModifier, initializer, expression, statement } = visited;
        return ts.factory.updateForOfStatement(
          visited,
          awaitModifier,
          initializer,
          call(ITERATE, expression),
          statement,
        );
      }
      return visited;
    };
    return (file) => {
      const visited = ts.visitEachChild(file, visit, context);
      report(atTop);
      return visited;
    };
  };
}

/**
 * Drops `exports.a = exports.b = void 0`, which TypeScript puts first: a cell that fails before it assigns a
 * variable leaves the earlier cell's value in place.
 */
function keepEarlierValues(ts: Ts): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const isReset = (node: TypeScript.Statement): boolean => {
    // Made by the compiler: it has no place in the source.
    if (!ts.isExpressionStatement(node) || node.pos >= 0) return false;
    let value = node.expression;
    let assignments = 0;
    while (ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const { left } = value;
      if (
        !ts.isPropertyAccessExpression(left) ||
        !ts.isIdentifier(left.expression) ||
        left.expression.text !== "exports"
      )
        return false;
      value = value.right;
      assignments++;
    }
    return assignments > 0 && ts.isVoidExpression(value) && ts.isNumericLiteral(value.expression);
  };
  return () => (file) =>
    ts.factory.updateSourceFile(
      file,
      file.statements.filter((statement) => !isReset(statement)),
    );
}

/** Tells TypeScript of changed files when asked to, in place of the watchers that it would set up. */
class WatchedFiles {
  private readonly watched = new Map<string, { changed: TypeScript.FileWatcherCallback; modified: number }>();

  constructor(private readonly ts: Ts) {
    ts.sys.watchFile = (file, changed) => {
      // What is installed changes with a restart; the project's own files may change between two cells.
      if (!file.includes("/node_modules/")) this.watched.set(file, { changed, modified: modifiedAt(file) });
      return { close: () => void this.watched.delete(file) };
    };
    ts.sys.watchDirectory = () => ({ close() {} });
  }

  notice(): void {
    for (const [file, entry] of this.watched) {
      const modified = modifiedAt(file);
      if (modified === entry.modified) continue;
      entry.modified = modified;
      entry.changed(file, modified === 0 ? this.ts.FileWatcherEventKind.Deleted : this.ts.FileWatcherEventKind.Changed);
    }
  }
}

/** When `file` was changed, in milliseconds; 0 when it is not there. */
function modifiedAt(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
