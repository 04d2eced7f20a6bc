// A plugin of typedoc. What is exported is grouped by the room of the source that it comes from. In types that come from
// zod schemas a property is documented by what its schema says of it, its description and its default, and frozen objects
// are shown with their properties.
import {
  Comment,
  CommentTag,
  Converter,
  DeclarationReflection,
  ReferenceType,
  ReflectionKind,
  ReflectionType,
  UnionType,
} from 'typedoc';
import ts from 'typescript';

/**
 * The schema that an expression stands for: itself, or what the constant of that name is.
 * @param {ts.Expression} expression @param {ts.TypeChecker} checker @returns {ts.Expression}
 */
function resolve(expression, checker) {
  if (!ts.isIdentifier(expression)) return expression;
  const declaration = checker.getSymbolAtLocation(expression)?.valueDeclaration;
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
    ? declaration.initializer
    : expression;
}

/**
 * The argument of the last call of a method in a chain of calls.
 * @param {ts.Expression} chain @param {string} method @returns {ts.Expression | undefined}
 */
function argumentOf(chain, method) {
  for (let link = chain; ts.isCallExpression(link) && ts.isPropertyAccessExpression(link.expression); ) {
    if (link.expression.name.text === method) return link.arguments[0];
    link = link.expression.expression;
  }
  return undefined;
}

/** @param {ts.PropertyAssignment} property @param {ts.TypeChecker} checker @returns {string | undefined} */
function describe({ initializer }, checker) {
  const schema = resolve(initializer, checker);
  const description = argumentOf(schema, 'describe');
  if (!description || !ts.isStringLiteralLike(description)) return undefined;
  const preset = argumentOf(schema, 'default');
  return description.text + (preset ? ` (default: \`${preset.getText()}\`)` : '');
}

/**
 * What is frozen, in its place: only so are its properties shown with their descriptions.
 * @param {import('typedoc').SomeType} type @returns {import('typedoc').SomeType}
 */
function thaw(type) {
  if (type instanceof UnionType) type.types = type.types.map(thaw);
  const isFrozen = type instanceof ReferenceType && type.name === 'Readonly' && type.package === 'typescript';
  const [content] = (isFrozen && type.typeArguments) || [];
  return content instanceof ReflectionType || content instanceof UnionType ? thaw(content) : type;
}

/** @param {DeclarationReflection} exported @param {import('typedoc').Context} context */
function putIntoRoom(exported, context) {
  const file = context.getSymbolFromReflection(exported)?.declarations?.[0].getSourceFile().fileName;
  const room = file && /\/src\/(\w+)\//.exec(file)?.[1];
  if (!room) throw new Error(`${exported.name} is declared in ${file}; expected a room of src/`);
  // A function's comment is that of its signature.
  for (const { comment } of exported.signatures ?? [exported]) {
    comment?.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: room }]));
  }
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.comment || !reflection.kindOf(ReflectionKind.Property)) return;
    const symbol = context.getSymbolFromReflection(reflection);
    const declaration = symbol?.declarations?.find(ts.isPropertyAssignment);
    const text = declaration && describe(declaration, context.checker);
    if (text) reflection.comment = new Comment([{ kind: 'text', text }]);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    const { project } = context;
    for (const reflection of project.getReflectionsByKind(ReflectionKind.All)) {
      if (reflection instanceof DeclarationReflection && reflection.type) {
        reflection.type = thaw(reflection.type);
      }
    }
    for (const exported of project.children ?? []) putIntoRoom(exported, context);
  });
}
