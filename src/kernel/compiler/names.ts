import ts from "typescript";

/** How a name of one cell reaches another: see `modules.ts`. */
export type NameKind =
  /** An interface, a type alias or an `import type`: nothing at run time. */
  | "type"
  /** `let` and `var`: other cells may assign it. */
  | "variable"
  /** Anything else. */
  | "constant";

/** What a cell's text says about names. */
export interface CellNames {
  /** What it declares at its top, hoisted `var`s included. */
  readonly declared: ReadonlyMap<string, NameKind>;
  /** The declared names that the text itself exports under the same name. */
  readonly exported: ReadonlySet<string>;
  /** Every name that the text may read or write without declaring it. */
  readonly used: ReadonlySet<string>;
  /** The specifiers of its imports, `import()` and `require()` included, where they are plain strings. */
  readonly imports: ReadonlySet<string>;
  /** It adds to types that it does not own: a global one, another module's, or whatever a bare import brings. */
  readonly augments: boolean;
}

/** Reads the names of a parsed cell; `file` needs no parents. */
export function namesOf(file: ts.SourceFile): CellNames {
  const declared = new Map<string, NameKind>();
  const exported = new Set<string>();
  const used = new Set<string>();
  const imports = new Set<string>();
  let augments = false;

  const declare = (name: string, kind: NameKind): void => {
    // `interface P {}` and `const P = …` are one name, of which there is a value.
    const known = declared.get(name);
    if (known === undefined || known === "type") declared.set(name, kind);
  };
  const declareBinding = (name: ts.BindingName, kind: NameKind, isExported: boolean): void => {
    if (ts.isIdentifier(name)) {
      declare(name.text, kind);
      if (isExported) exported.add(name.text);
      return;
    }
    for (const element of name.elements)
      if (!ts.isOmittedExpression(element)) declareBinding(element.name, kind, isExported);
  };
  const declareList = (list: ts.VariableDeclarationList, isExported: boolean): void => {
    const kind = list.flags & ts.NodeFlags.BlockScoped && !isLet(list) ? "constant" : "variable";
    for (const { name } of list.declarations) declareBinding(name, kind, isExported);
  };

  for (const statement of file.statements) {
    const isExported =
      hasModifier(statement, ts.SyntaxKind.ExportKeyword) && !hasModifier(statement, ts.SyntaxKind.DefaultKeyword);
    const declareName = (name: ts.Identifier | undefined, kind: NameKind): void => {
      if (!name) return;
      declare(name.text, kind);
      if (isExported) exported.add(name.text);
    };
    if (ts.isVariableStatement(statement)) declareList(statement.declarationList, isExported);
    else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      declareName(statement.name, "constant");
    else if (ts.isEnumDeclaration(statement)) declareName(statement.name, "constant");
    else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      declareName(statement.name, "type");
    else if (ts.isImportEqualsDeclaration(statement))
      declareName(statement.name, statement.isTypeOnly ? "type" : "constant");
    else if (ts.isModuleDeclaration(statement)) {
      if (ts.isStringLiteral(statement.name) || statement.flags & ts.NodeFlags.GlobalAugmentation) augments = true;
      else declareName(statement.name, "constant");
    } else if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      if (!clause) augments = true;
      for (const [name, isType] of importedNames(clause)) declare(name, isType ? "type" : "constant");
    } else if (
      ts.isExportDeclaration(statement) &&
      !statement.moduleSpecifier &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      for (const { propertyName, name } of statement.exportClause.elements) if (!propertyName) exported.add(name.text);
    }
  }

  const visit = (node: ts.Node, isTop: boolean): void => {
    if (ts.isIdentifier(node)) {
      used.add(node.text);
      return;
    }
    if (ts.isVariableDeclarationList(node) && isTop && !(node.flags & ts.NodeFlags.BlockScoped))
      declareList(node, false);
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) imports.add(node.moduleSpecifier.text);
      return;
    }
    if (ts.isExternalModuleReference(node) && ts.isStringLiteral(node.expression)) imports.add(node.expression.text);
    if (ts.isCallExpression(node)) {
      const [specifier] = node.arguments;
      const isImport =
        node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) && node.expression.text === "require");
      if (isImport && specifier && ts.isStringLiteralLike(specifier)) imports.add(specifier.text);
    }
    if (ts.isPropertyAccessExpression(node)) return visit(node.expression, isTop);
    if (ts.isQualifiedName(node)) return visit(node.left, isTop);
    if (ts.isImportTypeNode(node)) {
      for (const argument of node.typeArguments ?? []) visit(argument, isTop);
      return;
    }
    const name =
      ts.isPropertyAssignment(node) || ts.isPropertySignature(node) || ts.isMethodDeclaration(node)
        ? node.name
        : undefined;
    const inside =
      isTop && !ts.isFunctionLike(node) && !ts.isClassStaticBlockDeclaration(node) && !ts.isModuleBlock(node);
    ts.forEachChild(node, (child) => {
      if (child === name && ts.isIdentifier(child)) return;
      visit(child, inside && !(ts.isPropertyDeclaration(node) && child === node.initializer));
    });
  };
  ts.forEachChild(file, (node) => visit(node, true));
  for (const name of declared.keys()) used.delete(name);
  return { declared, exported, used, imports, augments };
}

function isLet(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.Let) !== 0;
}

function hasModifier(statement: ts.Statement, kind: ts.SyntaxKind): boolean {
  return (
    ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === kind)
  );
}

function importedNames(clause: ts.ImportClause | undefined): [name: string, isType: boolean][] {
  if (!clause) return [];
  const allTypes = clause.isTypeOnly;
  const { name, namedBindings: bindings } = clause;
  const names: [string, boolean][] = name ? [[name.text, allTypes]] : [];
  if (!bindings) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, [bindings.name.text, allTypes]];
  return [
    ...names,
    ...bindings.elements.map((element): [string, boolean] => [element.name.text, allTypes || element.isTypeOnly]),
  ];
}
