import path from "node:path";
import ts from "typescript";
import { Cells, moduleName, type CellModule } from "./cells";
import { emitCell } from "./emit";
import { metadataOf } from "./metadata";
import { namesOf, type CellNames } from "./names";
import { cellConfiguration } from "./options";
import { Project } from "./project";

/** A cell that passed the checker. */
export interface CompiledCell {
  readonly cell: CellModule;
  /** A function expression; see `PARAMETERS` in shared-variables.ts. */
  readonly javaScript: string;
  /** See `Emitted`. */
  readonly sourceMaps: readonly string[];
  /** Files of the user's that it imports, by the specifier under which it does. */
  readonly files: Readonly<Record<string, string>>;
}

/** A cell's text in its file. */
interface Placed {
  readonly file: string;
  /** Characters of the file before the text. */
  readonly offset: number;
  readonly names: CellNames;
  readonly cell: CellModule;
  /** The names of variables that the emitted code shares with other cells. */
  readonly shared: readonly string[];
}

/** The cell that is being compiled, and the program that it is part of. */
export interface Present {
  readonly program: ts.Program;
  readonly source: ts.SourceFile;
  /** Characters of the file before the text. */
  readonly offset: number;
  readonly names: CellNames;
}

/** The file of the cell at hand. It keeps its name, so that programs differ as little as possible. */
const PRESENT = "__cell__";

/** Compiles the cells of one notebook, each with all that ran before it. */
export class CellCompiler {
  cells = new Cells();
  readonly project: Project;
  private lastNumber = 0;
  private readonly jsxFactory: string;
  /** Modules made of cells, by name. */
  private readonly modules = new Map<string, string>();

  /**
   * @param folder where the notebook lies
   * @param globals the declarations of what the kernel adds to cells
   * @param isCancelled whether to give up what is being computed; `ts.OperationCanceledException` is thrown then
   */
  constructor(
    readonly folder: string,
    globals: string,
    isCancelled: () => boolean = () => false,
  ) {
    const { options } = cellConfiguration(folder);
    this.jsxFactory = options.jsxFactory ?? options.reactNamespace ?? "React";
    this.project = new Project(folder, options, ["__globals__.d.ts"], (name) => this.cells.module(name), isCancelled);
    this.project.write(this.project.path("__globals__.d.ts"), globals);
  }

  /** Forgets all cells, as for another notebook in the same folder. */
  restart(): void {
    this.cells = new Cells();
  }

  /** Whether a file's name is that of the cell at hand. */
  isPresent(fileName: string): boolean {
    return fileName === this.project.path(`${PRESENT}.ts`) || fileName === this.project.path(`${PRESENT}.tsx`);
  }

  /** What a cell that has run is called, by its file; undefined for other files. */
  labelOf(fileName: string): string | undefined {
    return this.cells.module(path.posix.parse(fileName).name)?.label;
  }

  /** Makes `code` the cell at hand, for questions about it. */
  present(code: string): Present {
    const { file, offset, names } = this.place(code, "", true);
    const program = this.project.program();
    return { program, source: program.getSourceFile(file) as ts.SourceFile, offset, names };
  }

  /** What is wrong with a cell. */
  check(code: string, label: string): { readonly cell: CellModule; readonly diagnostics: readonly ts.Diagnostic[] } {
    const { cell, diagnostics } = this.checked(code, label);
    return { cell, diagnostics };
  }

  /** Checks and compiles a cell. Its names are there for others once it is added to `cells`. */
  compile(code: string, label: string): CompiledCell | readonly ts.Diagnostic[] {
    const { cell, placed, program, source, diagnostics } = this.checked(code, label);
    const { names } = cell;
    if (diagnostics.length > 0) {
      this.cells.refuse(names, label);
      return diagnostics;
    }
    const shared = new Set(placed.shared);
    for (const [name, kind] of names.declared) if (kind !== "type") shared.add(name);
    const emitted = emitCell(program, source, shared, names.used);
    const files: Record<string, string> = {};
    for (const specifier of names.imports) {
      const file = this.project.sourceOf(specifier);
      if (file !== undefined) files[specifier] = file;
    }
    return { cell, ...emitted, files };
  }

  /** A cell that has been compiled before, without compiling it again. */
  adopt(code: string, label: string): CellModule {
    return this.place(code, label).cell;
  }

  /** Makes a module of a cell that says `@module name`: its CommonJS, or what is wrong with it. */
  compileModule(
    name: string,
    code: string,
    isTsx: boolean,
  ): { readonly path: string; readonly javaScript: string } | readonly ts.Diagnostic[] {
    const file = this.project.path(`${name}.${isTsx ? "tsx" : "ts"}`);
    const before = this.modules.get(file);
    this.modules.set(file, code);
    this.project.write(file, code);
    this.project.look(file);
    const program = this.project.program();
    const source = program.getSourceFile(file) as ts.SourceFile;
    const syntactic = program.getSyntacticDiagnostics(source);
    const found = syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(source);
    if (found.length > 0) {
      if (before !== undefined) this.project.write(file, before);
      return found;
    }
    const { outputText } = ts.transpileModule(code, {
      fileName: file,
      compilerOptions: {
        ...program.getCompilerOptions(),
        module: ts.ModuleKind.CommonJS,
        moduleResolution: undefined,
        sourceMap: false,
      },
    });
    return { path: this.project.path(`${name}.js`), javaScript: outputText };
  }

  private place(code: string, label: string, ifChanged = false): Placed {
    const metadata = metadataOf(code);
    const isTsx = metadata.jsx || isJsx(code);
    const [open, close] = isObject(code) ? ["(", "\n)"] : ["", ""];
    const parsed = namesOf(parse(`${open}${code}${close}`, isTsx));
    const factory = metadata.jsxFactory ?? this.jsxFactory;
    const names = isTsx ? { ...parsed, used: new Set([...parsed.used, factory.split(".")[0]]) } : parsed;
    const prefix = this.cells.prefix(names);
    const file = this.project.path(`${PRESENT}.${isTsx ? "tsx" : "ts"}`);
    const head = `${metadata.pragmas}${prefix.text}${open}\n`;
    const text = `${head}${code}${close}`;
    this.project.write(file, text, ifChanged);
    this.project.look(file);
    const cell = {
      name: moduleName(++this.lastNumber),
      text,
      source: code,
      label,
      names,
      isTsx,
      imports: prefix.imports,
    };
    return { file, offset: head.length, names, cell, shared: prefix.shared };
  }

  private checked(
    code: string,
    label: string,
  ): {
    cell: CellModule;
    placed: Placed;
    program: ts.Program;
    source: ts.SourceFile;
    diagnostics: readonly ts.Diagnostic[];
  } {
    const placed = this.place(code, label);
    const program = this.project.program();
    const source = program.getSourceFile(placed.file) as ts.SourceFile;
    return { cell: placed.cell, placed, program, source, diagnostics: this.diagnostics(program, source, code) };
  }

  private diagnostics(program: ts.Program, source: ts.SourceFile, code: string): readonly ts.Diagnostic[] {
    const syntactic = program.getSyntacticDiagnostics(source);
    if (syntactic.length > 0 || /^\s*\/\/\s*@ts-nocheck\b/.test(code)) return syntactic;
    return [...program.getSemanticDiagnostics(source), ...this.importedDiagnostics(program, source)];
  }

  /** What is wrong with the user's own files that the cell imports by a relative path, directly or not. */
  private importedDiagnostics(program: ts.Program, cell: ts.SourceFile): ts.Diagnostic[] {
    const found: ts.Diagnostic[] = [];
    const seen = new Set<string>();
    const visit = (source: ts.SourceFile): void => {
      for (const { fileName: specifier } of ts.preProcessFile(source.text, true, true).importedFiles) {
        if (!ts.isExternalModuleNameRelative(specifier)) continue;
        const file = this.project.sourceOf(specifier, source.fileName);
        const imported =
          file !== undefined && !seen.has(file) && /\.[cm]?tsx?$/.test(file) ? program.getSourceFile(file) : undefined;
        if (!imported || file === undefined) continue;
        seen.add(file);
        found.push(...program.getSyntacticDiagnostics(imported), ...program.getSemanticDiagnostics(imported));
        visit(imported);
      }
    };
    visit(cell);
    return found;
  }
}

function parse(code: string, isTsx: boolean): ts.SourceFile {
  return ts.createSourceFile(isTsx ? "cell.tsx" : "cell.ts", code, ts.ScriptTarget.Latest, false);
}

/** `{ a: 1, b: 2 }` is a block to JavaScript; here it is an object, as in Node's REPL. */
function isObject(code: string): boolean {
  if (!/^\s*\{/.test(code) || !/\}\s*$/.test(code)) return false;
  const wrapped = `(${code}\n)`;
  if (syntaxDiagnostics(wrapped, false).length > 0) return false;
  const [statement, ...others] = parse(wrapped, false).statements;
  return (
    others.length === 0 &&
    ts.isExpressionStatement(statement) &&
    ts.isObjectLiteralExpression((statement.expression as ts.ParenthesizedExpression).expression)
  );
}

/** Whether a cell has JSX in it: there is something like a tag, and only so it is without syntax errors. */
function isJsx(code: string): boolean {
  return (
    /<\/|\/>/.test(code) && syntaxDiagnostics(code, false).length > 0 && syntaxDiagnostics(code, true).length === 0
  );
}

/** The syntax errors in a text. */
export function syntaxDiagnostics(code: string, isTsx: boolean): readonly ts.Diagnostic[] {
  const source = parse(code, isTsx);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === source.fileName ? source : undefined),
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile: () => {},
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === source.fileName,
    readFile: () => undefined,
  };
  const options: ts.CompilerOptions = { noLib: true, noResolve: true, types: [], target: ts.ScriptTarget.Latest };
  return ts.createProgram([source.fileName], options, host).getSyntacticDiagnostics(source);
}
