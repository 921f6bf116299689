/** Reads the defaults of the options from the source of the library, without importing what is private to it. */
import { join } from 'node:path';
import ts from 'typescript';
import { compilerOptions } from './compiler-options.js';
import { REPOSITORY } from './pages.js';

const FILE = join(REPOSITORY, 'libs/realtime/src/options/realtime.options.ts');

/** The defaults by the full names of the options, as `limits.inFlight`; undefined where there is none. */
export function sourceDefaults(): Record<string, unknown> {
  const program = ts.createProgram([FILE], compilerOptions());
  const resolve = program.getSourceFile(FILE)?.statements.find(isResolver);
  const returned = resolve?.body?.statements.find(ts.isReturnStatement)?.expression;
  if (!returned) throw new Error(`${FILE} has no function resolveOptions() that returns an object`);
  return flat(new DefaultReader(program.getTypeChecker()).read(returned));
}

function isResolver(node: ts.Node): node is ts.FunctionDeclaration {
  return ts.isFunctionDeclaration(node) && node.name?.text === 'resolveOptions';
}

/** Works out an expression as if no option was given: what comes from the parameter is undefined. */
class DefaultReader {
  constructor(private readonly checker: ts.TypeChecker) {}

  read(node: ts.Expression): unknown {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isNumericLiteral(node)) return Number(node.text);
    if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
    if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
    if (ts.isArrayLiteralExpression(node)) return node.elements.map((element) => this.read(element));
    if (ts.isObjectLiteralExpression(node)) return this.readObject(node);
    if (ts.isBinaryExpression(node)) return this.readBinary(node);
    if (ts.isCallExpression(node)) return this.readCall(node);
    if (ts.isIdentifier(node)) return this.readName(node);
    if (ts.isPropertyAccessExpression(node)) return undefined;
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) return this.read(node.expression);
    throw unreadable(node);
  }

  private readObject(node: ts.ObjectLiteralExpression): object {
    const parts = node.properties.map((property): object => {
      if (ts.isSpreadAssignment(property)) return Object(this.read(property.expression)) as object;
      if (ts.isPropertyAssignment(property)) return { [property.name.getText()]: this.read(property.initializer) };
      throw unreadable(property);
    });
    return Object.assign({}, ...parts) as object;
  }

  private readBinary({ left, operatorToken, right }: ts.BinaryExpression): unknown {
    if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) return this.read(left) ?? this.read(right);
    if (operatorToken.kind === ts.SyntaxKind.AsteriskToken) return Number(this.read(left)) * Number(this.read(right));
    throw unreadable(operatorToken);
  }

  /** `Object.freeze(x)` is x, `completeValidation(x)` says x in full; `defined(options.x)` is nothing, because nothing was given. */
  private readCall(node: ts.CallExpression): unknown {
    const [argument] = node.arguments;
    if (!argument) throw unreadable(node);
    return ['Object.freeze', 'completeValidation'].includes(node.expression.getText()) ? this.read(argument) : {};
  }

  private readName(node: ts.Identifier): unknown {
    const symbol = this.checker.getSymbolAtLocation(node);
    const original = symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
    const declaration = original?.valueDeclaration;
    if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) throw unreadable(node);
    return this.read(declaration.initializer);
  }
}

function flat(value: unknown, path = ''): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { [path]: value };
  return Object.assign({}, ...Object.entries(value).map(([name, inner]) => flat(inner, path === '' ? name : `${path}.${name}`))) as Record<
    string,
    unknown
  >;
}

function unreadable(node: ts.Node): Error {
  return new Error(`${FILE}: cannot tell the default from ${node.getText()}`);
}
