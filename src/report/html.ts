/** HTML that is escaped by construction: whatever goes into a template as text comes out as text. */

/** A piece of HTML, made by `html` or, of a source that escapes by itself, by `trustedHtml`. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What a template takes in: text, to be escaped; HTML as it is; of a list each; nothing for undefined and false. */
export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What HTML doesn't allow at all. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value)
      .replaceAll(unprintable, '\ufffd')
      .replaceAll(/[&<>"']/g, (character) => escapes[character]);
  }
  return value.map(render).join('');
}

/** A template of elements, and of attributes within double quotes. Not for the contents of scripts and styles. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.map((text, i) => text + (i < values.length ? render(values[i]) : '')).join(''));
}

/** What is HTML already: a drawn chart, the page's own style and script. Never anything that comes from a study. */
export const trustedHtml = (markup: string): Html => new Html(markup);
