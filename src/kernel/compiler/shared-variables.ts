import ts from "typescript";

/*
 * The second half of a cell's way to the JavaScript that runs. The first half, TypeScript's own, makes an ES module of
 * it. Here the module becomes the body of a function in which
 *
 *   - every name of the session is a property of one object, so that all cells read and write the same variable;
 *   - imports are calls that the session answers;
 *   - every await can be ended by an interrupt.
 *
 * By now it is plain JavaScript: enums, namespaces, decorators, `using` and JSX have been compiled away. So the scopes
 * of JavaScript alone decide which variable an identifier means.
 */

/**
 * Names under which the emitted code finds what the session gives it, in the order of its parameters. A cell that uses
 * such a name itself gets others; see `emitCell`.
 */
export const PARAMETERS = {
  require: "require",
  module: "module",
  exports: "exports",
  filename: "__filename",
  dirname: "__dirname",
  /** Loads a module; may return a promise of it. */
  load: "__load",
  /** The module's default export, and its namespace. */
  defaultOf: "__default",
  namespaceOf: "__namespace",
  /** `import()`. */
  import: "__import",
  /** `import.meta`. */
  meta: "__meta",
  /** What an `await` and a `for await` go through. */
  wait: "__await",
  iterate: "__iterate",
} as const;

/** Those of them that the author of a cell may use as well. */
export const OFFERED: ReadonlySet<string> = new Set(["require", "module", "exports", "__filename", "__dirname"]);

/** The variable that holds the value of the cell's last expression. */
export const RESULT = "__result";

/** What is rewritten, and how. */
export interface Sharing {
  /** The variables that cells share: those of the cell and those of earlier cells. */
  readonly names: ReadonlySet<string>;
  /** What the emitted code calls the object whose properties they are. */
  readonly scope: string;
  /** What it calls the parameters. */
  readonly parameters: Readonly<Record<keyof typeof PARAMETERS, string>>;
  /** Whether an import is of another cell: only the checker needs those. */
  readonly isCell: (specifier: string) => boolean;
}

/** The rewritten code. */
export interface Shared {
  readonly text: string;
  readonly sourceMap: string;
  /** Whether there is an await at the top. */
  readonly isAsync: boolean;
}

/** Rewrites the JavaScript of an ES module as described above. */
export function shareVariables(javaScript: string, sharing: Sharing): Shared {
  const state = { isAsync: false };
  const { outputText, sourceMapText = "" } = ts.transpileModule(javaScript, {
    fileName: "cell.js",
    compilerOptions: {
      allowJs: true,
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      moduleDetection: ts.ModuleDetectionKind.Force, // For `await` to be one.
      sourceMap: true,
      alwaysStrict: false,
      removeComments: false,
    },
    transformers: { before: [sharedVariables(sharing, state)], after: [withoutExports] },
  });
  return {
    text: outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"),
    sourceMap: sourceMapText,
    isAsync: state.isAsync,
  };
}

/** Drops the `export {}` by which TypeScript keeps a module one that exports nothing. */
const withoutExports: ts.TransformerFactory<ts.SourceFile> =
  ({ factory }) =>
  (file) =>
    factory.updateSourceFile(
      file,
      file.statements.filter((statement) => !ts.isExportDeclaration(statement)),
    );

type Functional = ts.FunctionLikeDeclaration & { readonly name?: ts.PropertyName };

function sharedVariables(sharing: Sharing, state: { isAsync: boolean }): ts.TransformerFactory<ts.SourceFile> {
  const { names, parameters } = sharing;
  return (context) => {
    const { factory } = context;
    /** How many of the scopes around the present node declare a name of their own that hides the shared one. */
    const hidden = new Map<string, number>();
    /** Functions around the present node. */
    let depth = 0;
    /** Variables of TypeScript's own that a `for` declared beside shared ones. */
    const unshared: ts.VariableDeclaration[] = [];
    /** What comes before all other statements. */
    const hoisted: ts.Statement[] = [];
    /** Shared variables that were read or assigned so far. */
    const mentioned = new Set<string>();

    const isShared = (name: string): boolean => names.has(name) && !hidden.get(name);
    const shared = (node: ts.Identifier): ts.Expression => {
      mentioned.add(node.text);
      return ts.setTextRange(
        factory.createPropertyAccessExpression(factory.createIdentifier(sharing.scope), node.text),
        node,
      );
    };
    const call = (name: string, values: readonly ts.Expression[], range?: ts.Node): ts.Expression => {
      const made = factory.createCallExpression(factory.createIdentifier(name), undefined, values);
      return range ? ts.setTextRange(made, range) : made;
    };
    const assign = (target: ts.Expression, value: ts.Expression, range: ts.Node): ts.Expression =>
      ts.setTextRange(factory.createAssignment(target, value), range);
    const statement = (expression: ts.Expression, range: ts.Node): ts.Statement =>
      ts.setTextRange(factory.createExpressionStatement(expression), range);
    const wait = (promise: ts.Expression): ts.Expression => {
      if (depth === 0) state.isAsync = true;
      return factory.createAwaitExpression(promise);
    };

    /** Visits `node` where `declared` hide shared variables. */
    const within = <T>(declared: Iterable<string>, work: () => T): T => {
      const hiding = [...declared].filter((name) => names.has(name));
      for (const name of hiding) hidden.set(name, (hidden.get(name) ?? 0) + 1);
      try {
        return work();
      } finally {
        for (const name of hiding) hidden.set(name, (hidden.get(name) ?? 1) - 1);
      }
    };

    const visitAll = <T extends ts.Node>(node: T): T => ts.visitEachChild(node, visit, context);
    const expression = <T extends ts.Expression>(node: T): ts.Expression => ts.visitNode(node, visit) as ts.Expression;
    const propertyName = <T extends ts.PropertyName>(name: T): T =>
      ts.isComputedPropertyName(name) ? (visit(name) as T) : name;
    /** What is called must not see the object of variables as its `this`. */
    const callee = (node: ts.Expression): ts.Expression => {
      const inner = ts.skipPartiallyEmittedExpressions(ts.isParenthesizedExpression(node) ? node.expression : node);
      if (!ts.isIdentifier(inner) || !isShared(inner.text)) return expression(node);
      mentioned.add(inner.text);
      const variable = factory.createPropertyAccessExpression(factory.createIdentifier(sharing.scope), inner.text);
      const comma = factory.createParenthesizedExpression(
        factory.createComma(factory.createNumericLiteral(0), variable),
      );
      // The call is where the callee begins, as in the source.
      return ts.setEmitFlags(ts.setTextRange(comma, node), ts.EmitFlags.NoTrailingSourceMap);
    };

    function visit(node: ts.Node): ts.VisitResult<ts.Node | undefined> {
      if (ts.isIdentifier(node)) return isShared(node.text) ? shared(node) : node;
      if (ts.isPropertyAccessExpression(node)) {
        const inner = expression(node.expression);
        if (inner === node.expression) return node;
        if (ts.isPropertyAccessChain(node))
          return factory.updatePropertyAccessChain(node, inner, node.questionDotToken, node.name);
        return factory.updatePropertyAccessExpression(node, inner, node.name);
      }
      if (ts.isShorthandPropertyAssignment(node)) {
        const { name, objectAssignmentInitializer: fallback } = node;
        const value = fallback && expression(fallback);
        if (!isShared(name.text)) return factory.updateShorthandPropertyAssignment(node, name, value);
        const target = value ? assign(shared(name), value, node) : shared(name);
        // Written out, `__proto__: value` would set the prototype.
        const key =
          name.text === "__proto__"
            ? factory.createComputedPropertyName(factory.createStringLiteral(name.text))
            : name.text;
        return ts.setTextRange(factory.createPropertyAssignment(key, target), node);
      }
      if (ts.isPropertyAssignment(node))
        return factory.updatePropertyAssignment(node, propertyName(node.name), expression(node.initializer));
      if (ts.isCallExpression(node)) return visitCall(node);
      if (ts.isTaggedTemplateExpression(node)) {
        const template = visit(node.template) as ts.TemplateLiteral;
        return factory.updateTaggedTemplateExpression(node, callee(node.tag), undefined, template);
      }
      if (ts.isAwaitExpression(node)) {
        return ts.setTextRange(wait(call(parameters.wait, [expression(node.expression)], node.expression)), node);
      }
      if (ts.isMetaProperty(node)) {
        return node.keywordToken === ts.SyntaxKind.ImportKeyword
          ? ts.setTextRange(factory.createIdentifier(parameters.meta), node)
          : node;
      }
      if (ts.isFunctionLike(node) && "body" in node) return visitFunction(node as Functional);
      if (ts.isClassLike(node)) {
        return within(node.name ? [node.name.text] : [], () => visitMembers(node));
      }
      if (ts.isClassStaticBlockDeclaration(node)) return inFunction(varsIn(node.body), () => visitAll(node));
      if (ts.isPropertyDeclaration(node)) {
        const name = propertyName(node.name);
        const value = node.initializer && inFunction([], () => expression(node.initializer as ts.Expression));
        return factory.updatePropertyDeclaration(node, node.modifiers, name, undefined, undefined, value);
      }
      if (ts.isBlock(node) || ts.isCaseBlock(node)) return within(lexicalsOf(node), () => visitAll(node));
      if (ts.isCatchClause(node)) {
        const bound = node.variableDeclaration ? namesIn(node.variableDeclaration.name) : [];
        return within(bound, () => visitAll(node));
      }
      if (ts.isForStatement(node) || ts.isForInStatement(node) || ts.isForOfStatement(node)) return visitLoop(node);
      if (ts.isVariableStatement(node)) {
        return isOfCell(node.declarationList) ? variables(node, node.declarationList, false) : visitAll(node);
      }
      if (ts.isVariableDeclaration(node)) {
        const name = visitBinding(node.name);
        return factory.updateVariableDeclaration(
          node,
          name,
          undefined,
          undefined,
          node.initializer && expression(node.initializer),
        );
      }
      if (ts.isParameter(node)) {
        const value = node.initializer && expression(node.initializer);
        return factory.updateParameterDeclaration(
          node,
          node.modifiers,
          node.dotDotDotToken,
          visitBinding(node.name),
          undefined,
          undefined,
          value,
        );
      }
      if (ts.isLabeledStatement(node)) {
        return factory.updateLabeledStatement(
          node,
          node.label,
          ts.visitNode(node.statement, visit, ts.isStatement, single) as ts.Statement,
        );
      }
      if (ts.isBreakOrContinueStatement(node)) return node;
      return visitAll(node);
    }

    /** Statements that take the place of one where only one may stand. */
    function single(nodes: readonly ts.Node[]): ts.Node {
      return nodes.length === 1 ? nodes[0] : factory.createBlock(nodes as ts.Statement[]);
    }

    function visitCall(node: ts.CallExpression): ts.Expression {
      const values = node.arguments.map(expression);
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return call(parameters.import, values, node);
      const called = callee(node.expression);
      if (ts.isCallChain(node)) return factory.updateCallChain(node, called, node.questionDotToken, undefined, values);
      return factory.updateCallExpression(node, called, undefined, values);
    }

    function inFunction<T>(declared: Iterable<string>, work: () => T): T {
      depth++;
      try {
        return within(declared, work);
      } finally {
        depth--;
      }
    }

    function visitFunction(node: Functional): ts.Node {
      // A function expression knows its own name; that of a method is no variable.
      const own = ts.isFunctionExpression(node) && node.name ? [node.name.text] : [];
      const ofParameters = node.parameters.flatMap((parameter) => namesIn(parameter.name));
      const name = node.name && ts.isComputedPropertyName(node.name) ? propertyName(node.name) : node.name;
      // A parameter's default value does not see the variables of the body.
      const ofBody = node.body ? varsIn(node.body) : [];
      return inFunction([...own, ...ofParameters], () =>
        ts.visitEachChild(
          node,
          (child) => {
            if (child === node.name) return name;
            return child === node.body ? within(ofBody, () => visit(child)) : visit(child);
          },
          context,
        ),
      );
    }

    function visitMembers(node: ts.ClassLikeDeclaration): ts.Node {
      return ts.visitEachChild(node, (child) => (child === node.name ? child : visit(child)), context);
    }

    function visitBinding<T extends ts.BindingName>(name: T): T {
      if (ts.isIdentifier(name)) return name;
      const elements = (name.elements as ts.NodeArray<ts.ArrayBindingElement>).map((element) => {
        if (ts.isOmittedExpression(element)) return element;
        const { dotDotDotToken: rest, propertyName: property, initializer } = element;
        const value = initializer && expression(initializer);
        return factory.updateBindingElement(
          element,
          rest,
          property && propertyName(property),
          visitBinding(element.name),
          value,
        );
      });
      const updated = ts.isObjectBindingPattern(name)
        ? factory.updateObjectBindingPattern(name, elements as ts.BindingElement[])
        : factory.updateArrayBindingPattern(name, elements);
      return updated as ts.BindingName as T;
    }

    function visitLoop(node: ts.ForStatement | ts.ForInOrOfStatement): ts.Node {
      const { initializer } = node;
      const list = initializer && ts.isVariableDeclarationList(initializer) ? initializer : undefined;
      const shares =
        list !== undefined && isOfCell(list) && list.declarations.some(({ name }) => namesIn(name).some(isShared));
      const own =
        list && list.flags & ts.NodeFlags.BlockScoped ? list.declarations.flatMap(({ name }) => namesIn(name)) : [];
      const start = (): ts.ForInitializer | undefined => {
        if (list && shares) return ts.isForStatement(node) ? commaOf(list) : target(list.declarations[0].name);
        return initializer && (ts.visitNode(initializer, visit) as ts.ForInitializer);
      };
      if (ts.isForStatement(node)) {
        return within(own, () => {
          const { condition, incrementor } = node;
          const first = start();
          return factory.updateForStatement(
            node,
            first,
            condition && expression(condition),
            incrementor && expression(incrementor),
            body(node),
          );
        });
      }
      const over = expression(node.expression);
      return within(own, () => {
        const each = start() as ts.ForInitializer;
        if (ts.isForInStatement(node)) return factory.updateForInStatement(node, each, over, body(node));
        if (!node.awaitModifier) return factory.updateForOfStatement(node, undefined, each, over, body(node));
        if (depth === 0) state.isAsync = true;
        const iterated = call(parameters.iterate, [over], node.expression);
        return factory.updateForOfStatement(node, node.awaitModifier, each, iterated, body(node));
      });
    }

    function body(node: ts.IterationStatement): ts.Statement {
      return ts.visitNode(node.statement, visit, ts.isStatement, single) as ts.Statement;
    }

    /** Whether the variables of `list` belong to the whole cell: `var` outside of functions. */
    function isOfCell(list: ts.VariableDeclarationList): boolean {
      return depth === 0 && !(list.flags & ts.NodeFlags.BlockScoped);
    }

    function commaOf(list: ts.VariableDeclarationList): ts.Expression | undefined {
      const assignments = list.declarations.flatMap((declaration) => {
        if (!namesIn(declaration.name).some(isShared)) {
          unshared.push(factory.createVariableDeclaration(declaration.name as ts.Identifier));
          return declaration.initializer
            ? [factory.createAssignment(declaration.name as ts.Identifier, expression(declaration.initializer))]
            : [];
        }
        return declaration.initializer
          ? [assign(target(declaration.name), expression(declaration.initializer), declaration)]
          : [];
      });
      return assignments.length === 0
        ? undefined
        : assignments.reduce((left, right) => factory.createComma(left, right));
    }

    /** The assignments that take the place of a declaration of shared variables. */
    function variables(node: ts.VariableStatement, list: ts.VariableDeclarationList, isTop: boolean): ts.Statement[] {
      return list.declarations.flatMap((declaration, index) => {
        const { name, initializer } = declaration;
        const range = index === 0 ? node : declaration;
        if (!namesIn(name).some((each) => names.has(each))) {
          const kept = ts.visitNode(declaration, visit) as ts.VariableDeclaration;
          return [
            ts.setTextRange(
              factory.createVariableStatement(undefined, factory.createVariableDeclarationList([kept], list.flags)),
              range,
            ),
          ];
        }
        const value = initializer && expression(initializer);
        if (!value) {
          if (!isTop) return [];
          // A `var` keeps what was assigned to it above: it's undefined from the beginning, not from here.
          const isAbove = !(list.flags & ts.NodeFlags.BlockScoped) && namesIn(name).some((each) => mentioned.has(each));
          const cleared = statement(assign(target(name), factory.createVoidZero(), declaration), range);
          if (isAbove) hoisted.push(cleared);
          return isAbove ? [] : [cleared];
        }
        if (isTop && ts.isIdentifier(name) && initializer && isAnonymousDefinition(initializer)) {
          // Assigned to a variable, a function gets its name.
          const local = factory.createVariableDeclaration(name, undefined, undefined, value);
          const named = factory.createVariableStatement(
            undefined,
            factory.createVariableDeclarationList([local], list.flags),
          );
          return [
            ts.setTextRange(named, range),
            statement(factory.createAssignment(shared(name), factory.createIdentifier(name.text)), declaration),
          ];
        }
        const assignment = assign(target(name), value, declaration);
        return [
          statement(ts.isIdentifier(name) ? assignment : factory.createParenthesizedExpression(assignment), range),
        ];
      });
    }

    /** What is assigned to in place of a declared name or pattern. */
    function target(name: ts.BindingName): ts.Expression {
      if (ts.isIdentifier(name)) return names.has(name.text) ? shared(name) : name;
      const withDefault = (element: ts.BindingElement): ts.Expression => {
        const inner = target(element.name);
        return element.initializer ? assign(inner, expression(element.initializer), element) : inner;
      };
      if (ts.isArrayBindingPattern(name)) {
        const elements = name.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return element;
          return element.dotDotDotToken ? factory.createSpreadElement(target(element.name)) : withDefault(element);
        });
        return ts.setTextRange(factory.createArrayLiteralExpression(elements), name);
      }
      const properties = name.elements.map((element) => {
        if (element.dotDotDotToken) return factory.createSpreadAssignment(target(element.name));
        const property = element.propertyName
          ? propertyName(element.propertyName)
          : (element.name as ts.Identifier).text;
        return ts.setTextRange(factory.createPropertyAssignment(property, withDefault(element)), element);
      });
      return ts.setTextRange(factory.createObjectLiteralExpression(properties), name);
    }

    /** The statements of an import: the module is loaded, its exports become variables. */
    function imports(node: ts.ImportDeclaration, index: number): ts.Statement[] {
      const { importClause: clause, moduleSpecifier, attributes } = node;
      const specifier = (moduleSpecifier as ts.StringLiteral).text;
      if (sharing.isCell(specifier)) return [];
      const type = attributes?.elements.find(({ name }) => name.text === "type")?.value;
      const loaded = wait(call(parameters.load, [moduleSpecifier, ...(type ? [type] : [])], moduleSpecifier));
      if (!clause) return [statement(loaded, node)];
      const module = `${specifier.replace(/^.*[/:]/, "").replace(/\W+/g, "_")}_${index}`.replace(/^(?=\d)/, "_");
      const local = factory.createVariableDeclaration(module, undefined, undefined, loaded);
      const found: ts.Statement[] = [
        ts.setTextRange(
          factory.createVariableStatement(
            undefined,
            factory.createVariableDeclarationList([local], ts.NodeFlags.Const),
          ),
          node,
        ),
      ];
      const bind = (name: ts.Identifier, value: ts.Expression): void => {
        if (names.has(name.text)) found.push(statement(factory.createAssignment(shared(name), value), name));
        else {
          // An import of TypeScript's own making, such as that of JSX.
          const own = factory.createVariableDeclaration(name, undefined, undefined, value);
          found.push(
            factory.createVariableStatement(
              undefined,
              factory.createVariableDeclarationList([own], ts.NodeFlags.Const),
            ),
          );
        }
      };
      const whole = (): ts.Expression => factory.createIdentifier(module);
      if (clause.name) bind(clause.name, call(parameters.defaultOf, [whole()]));
      const bindings = clause.namedBindings;
      if (bindings && ts.isNamespaceImport(bindings)) bind(bindings.name, call(parameters.namespaceOf, [whole()]));
      for (const { propertyName: property, name } of bindings && ts.isNamedImports(bindings) ? bindings.elements : []) {
        const exported = (property ?? name).text;
        const value =
          exported === "default"
            ? call(parameters.defaultOf, [whole()])
            : ts.isIdentifier(property ?? name)
              ? factory.createPropertyAccessExpression(whole(), exported)
              : factory.createElementAccessExpression(whole(), factory.createStringLiteral(exported));
        bind(name, value);
      }
      return found;
    }

    const withoutModifiers = <T extends ts.FunctionDeclaration | ts.ClassDeclaration>(node: T): T => {
      const kept = node.modifiers?.filter(
        ({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword,
      );
      if (ts.isFunctionDeclaration(node)) {
        const { asteriskToken, name, parameters, body: block } = node;
        const modifiers = kept as ts.Modifier[] | undefined;
        return factory.updateFunctionDeclaration(
          node,
          modifiers,
          asteriskToken,
          name,
          undefined,
          parameters,
          undefined,
          block,
        ) as T;
      }
      return factory.updateClassDeclaration(
        node as ts.ClassDeclaration,
        kept,
        node.name,
        undefined,
        node.heritageClauses,
        (node as ts.ClassDeclaration).members,
      ) as T;
    };

    return (file) => {
      const first: ts.Statement[] = [];
      const rest: ts.Statement[] = [];
      file.statements.forEach((node, index) => {
        if (ts.isImportDeclaration(node)) first.push(...imports(node, index));
        else if (ts.isExportDeclaration(node)) {
          if (node.moduleSpecifier) first.push(statement(wait(call(parameters.load, [node.moduleSpecifier])), node));
        } else if (ts.isExportAssignment(node)) rest.push(statement(expression(node.expression), node));
        else if (ts.isFunctionDeclaration(node)) {
          if (!node.name) return;
          rest.push(visitFunction(withoutModifiers(node)) as ts.Statement);
          // Functions can be called above the place where they are declared.
          if (names.has(node.name.text))
            first.push(
              statement(
                factory.createAssignment(shared(node.name), factory.createIdentifier(node.name.text)),
                node.name,
              ),
            );
        } else if (ts.isClassDeclaration(node)) {
          const { name } = node;
          if (!name) return;
          rest.push(visit(withoutModifiers(node)) as ts.Statement);
          if (names.has(name.text))
            rest.push(statement(factory.createAssignment(shared(name), factory.createIdentifier(name.text)), name));
        } else if (ts.isVariableStatement(node)) rest.push(...variables(node, node.declarationList, true));
        else {
          const visited = visit(node);
          rest.push(...((Array.isArray(visited) ? visited : [visited]) as ts.Statement[]));
        }
      });
      first.unshift(...hoisted);
      if (unshared.length > 0) first.unshift(factory.createVariableStatement(undefined, unshared));
      return factory.updateSourceFile(
        file,
        ts.setTextRange(factory.createNodeArray([...first, ...rest]), file.statements),
      );
    };
  };
}

/** A function or class that takes the name of the variable to which it is assigned. */
export function isAnonymousDefinition(node: ts.Expression): boolean {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  return ts.isArrowFunction(inner) || ((ts.isFunctionExpression(inner) || ts.isClassExpression(inner)) && !inner.name);
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

/** The names that `let`, `const`, `class` and `function` declare in a block. */
function lexicalsOf(block: ts.Block | ts.CaseBlock): string[] {
  const statements = ts.isBlock(block)
    ? [...block.statements]
    : block.clauses.flatMap((clause) => [...clause.statements]);
  return statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      return statement.name ? [statement.name.text] : [];
    if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.BlockScoped)) return [];
    return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
  });
}

/** The names that `var` declares in a function's body. */
function varsIn(node: ts.Node): string[] {
  const found: string[] = [];
  const look = (inner: ts.Node): void => {
    if (ts.isFunctionLike(inner) || ts.isClassLike(inner)) return;
    if (ts.isVariableDeclarationList(inner) && !(inner.flags & ts.NodeFlags.BlockScoped))
      found.push(...inner.declarations.flatMap(({ name }) => namesIn(name)));
    ts.forEachChild(inner, look);
  };
  look(node);
  return found;
}
