import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { readCellSources } from "../notebooks/cell-sources";
import { BUILD, ROOT } from "../shared/paths";
import { listNotebooks } from "../shared/series";

/** A public function and what its doc comment gives a reader to try and to follow. */
interface PublicFunction {
  readonly name: string;
  /** The file and line of its declaration. */
  readonly place: string;
  readonly examples: readonly string[];
  /** File names of the notebooks that its `@see` tags name. */
  readonly notebooks: readonly string[];
}

/** A notebook's file name and its code. */
type NotebookCode = readonly [name: string, code: string];

const ENTRY = path.join(ROOT, "src", "helpers", "index.ts");
const EXAMPLES = path.join(BUILD, "examples");
const SEE_NOTEBOOK = /\bnotebooks\/([\w-]+\.ipynb)/g;

/** What an example may use without declaring it: the names that the notebooks give to data, model and results. */
const SETTING = `
const [[xTrain, yTrain], [xTest, yTest]] = await loadData();
const [xTrainScaled, xTestScaled] = [xTrain, xTest].map((images) => addChannelAxis(scale(images)));
const [yTrainOneHot, yTestOneHot] = [yTrain, yTest].map((labels) => toCategorical(labels, 10));
const trainSet = fromTensorSlices([xTrainScaled, yTrainOneHot]).batch(100);
const testSet = fromTensorSlices([xTestScaled, yTestOneHot]).batch(100);
const model = buildModel();
const history = await fit(model, trainSet, { epochs: 1, validationData: testSet });
const probabilities = model.predict(xTestScaled) as tf.Tensor2D;
const predictions = probabilities.argMax<tf.Tensor1D>(-1).arraySync();
`;

/**
 * Checks the doc comments of the functions that an index exports: each has an `@example` that compiles, and if
 * notebooks use the function, a `@see notebooks/….ipynb` names one of them.
 *
 * @returns What is missing or wrong, a line each.
 */
export function checkExamples(entry: string = ENTRY, notebooks: readonly string[] = listNotebooks()): string[] {
  const program = ts.createProgram([ENTRY, entry], compilerOptions());
  const names = exportsOf(program, ENTRY).map(({ name }) => name);
  const functions = exportsOf(program, entry).flatMap((symbol) => publicFunction(symbol, program.getTypeChecker()));
  const code = notebooks.map((file): NotebookCode => [path.basename(file), readCellSources(file).join("\n")]);
  return [
    ...functions.flatMap(({ name, place, examples }) =>
      examples.length > 0 ? [] : `${place}: ${name} has no @example`,
    ),
    ...functions.flatMap((fn) => checkNotebooks(fn, code)),
    ...compileExamples(functions, names),
  ];
}

function exportsOf(program: ts.Program, entry: string): ts.Symbol[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry}: expected a module, found no exports`);
  return checker.getExportsOfModule(module);
}

/** The function that a symbol stands for, or nothing if it is a type, a class, a namespace or another value. */
function publicFunction(exported: ts.Symbol, checker: ts.TypeChecker): PublicFunction[] {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !(symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable))) return [];
  if (checker.getTypeOfSymbol(symbol).getCallSignatures().length === 0) return [];
  const file = declaration.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
  const tags = symbol.declarations?.flatMap((one) => ts.getJSDocTags(one)) ?? [];
  const examples = tags.filter(({ tagName }) => tagName.text === "example");
  return [
    {
      name: exported.name,
      place: `${path.relative(ROOT, file.fileName)}:${line + 1}`,
      examples: examples.map(({ comment }) =>
        (ts.getTextOfJSDocComment(comment) ?? "").replace(/^```\w*\n|\n?```$/g, ""),
      ),
      // The source, since TypeScript reads the beginning of a @see tag as a name.
      notebooks: tags
        .filter(ts.isJSDocSeeTag)
        .flatMap((tag) => [...tag.getText().matchAll(SEE_NOTEBOOK)].map(([, notebook]) => notebook)),
    },
  ];
}

/** What is wrong with the notebooks that a function's doc comment names. */
function checkNotebooks({ name, place, notebooks }: PublicFunction, code: readonly NotebookCode[]): string[] {
  const using = code.flatMap(([notebook, text]) => (new RegExp(`\\b${name}\\b`).test(text) ? [notebook] : []));
  const wrong = notebooks.filter((notebook) => !using.includes(notebook));
  if (using.length > 0 && notebooks.length === 0) {
    return [`${place}: ${name} has no "@see notebooks/….ipynb"; it is used in ${using.join(", ")}`];
  }
  return wrong.map((notebook) => `${place}: ${name} isn't used in notebooks/${notebook}, which its @see names`);
}

/** Compiles every example, each as a module of its own. @returns the errors */
function compileExamples(functions: readonly PublicFunction[], names: readonly string[]): string[] {
  fs.rmSync(EXAMPLES, { recursive: true, force: true });
  fs.mkdirSync(EXAMPLES, { recursive: true });
  const imports = `import * as aq from "arquero";\nimport { ${names.join(", ")} } from "cnn-helpers";`;
  const modules = new Map<string, PublicFunction>();
  for (const fn of functions) {
    fn.examples.forEach((example, index) => {
      const file = path.join(EXAMPLES, `${fn.name}-${index + 1}.ts`);
      fs.writeFileSync(file, `${imports}\n${SETTING}{\n${example}\n}\nexport {};\n`);
      modules.set(file, fn);
    });
  }
  const program = ts.createProgram([...modules.keys()], { ...compilerOptions(), module: ts.ModuleKind.ESNext });
  return [...modules].flatMap(([file, { name, place }]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map((diagnostic) => {
      const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n    ");
      return `${place}: the @example of ${name} doesn't compile: ${message} (${path.relative(ROOT, file)})`;
    }),
  );
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile) as { config: unknown };
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options;
}
