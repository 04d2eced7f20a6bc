/**
 * Reads an HTML document strictly, as tests need it: every element closed in order, every attribute in double quotes
 * and once, every id once, no stray `<`. Much less than HTML allows, and so nothing that a browser would read another
 * way.
 */

export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (Element | string)[];
}

interface OpenElement extends Element {
  readonly children: (Element | string)[];
}

const voidElements = new Set(['meta', 'br', 'hr', 'img', 'link', 'input']);
const rawElements = new Set(['style', 'script']);
const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['#39', "'"],
]);

function decode(text: string): string {
  return text.replaceAll(/&([^;&\s]*)(;?)/g, (_, name: string, end: string) => {
    const character = entities.get(name);
    if (character === undefined || end === '') throw new Error(`unknown entity in "${text}"`);
    return character;
  });
}

const tag = /<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/y;

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, value = ''] of text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) {
    if (attributes.has(name)) throw new Error(`attribute ${name} twice in "${text}"`);
    attributes.set(name, decode(value));
  }
  return attributes;
}

/** @throws Error naming what isn't as it should be. @returns the element `html`. */
export function readHtml(page: string): Element {
  const doctype = '<!doctype html>\n';
  if (!page.startsWith(doctype)) throw new Error('the document has no doctype');
  const root: OpenElement = { name: '', attributes: new Map(), children: [] };
  const open: OpenElement[] = [root];
  let at = doctype.length;
  while (at < page.length) {
    const parent = open[open.length - 1];
    if (page[at] !== '<') {
      const end = page.indexOf('<', at);
      const text = page.slice(at, end === -1 ? page.length : end);
      parent.children.push(decode(text));
      at += text.length;
      continue;
    }
    tag.lastIndex = at;
    const match = tag.exec(page);
    if (match === null) throw new Error(`not a tag: ${page.slice(at, at + 80)}`);
    at = tag.lastIndex;
    const [, slash, name, attributes, empty] = match;
    if (slash !== '') {
      if (parent.name !== name) throw new Error(`</${name}> closes <${parent.name}> before offset ${at}`);
      open.pop();
      continue;
    }
    const element: OpenElement = { name, attributes: readAttributes(attributes), children: [] };
    parent.children.push(element);
    if (empty !== '' || voidElements.has(name)) continue;
    if (rawElements.has(name)) {
      const end = page.indexOf(`</${name}>`, at);
      if (end === -1) throw new Error(`<${name}> without an end`);
      element.children.push(page.slice(at, end));
      at = end + name.length + 3;
      continue;
    }
    open.push(element);
  }
  if (open.length > 1) throw new Error(`<${open[open.length - 1].name}> without an end`);
  const document = elementsOf(root).find(({ name }) => name === 'html');
  if (document === undefined) throw new Error('a document without <html>');
  const ids = elementsOf(document).flatMap(({ attributes }) => attributes.get('id') ?? []);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new Error(`id "${twice}" twice`);
  return document;
}

/** All elements within one, in the order of the document. @param name only those. */
export function elementsOf(element: Element, name?: string): Element[] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    const within = elementsOf(child, name);
    return name === undefined || child.name === name ? [child, ...within] : within;
  });
}

/** The text within an element, pictures and script left out. */
export function textOf({ name, children }: Element): string {
  if (name === 'svg' || rawElements.has(name)) return '';
  return children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}
