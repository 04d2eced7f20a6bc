/** A figure on a page: drawn wide and narrow, of which the page's style shows one. */
import { pageViews } from './chart-style.ts';
import { renderSvg } from './charts.ts';
import type { Figure } from './figure.ts';
import { html, type Html, trustedHtml } from './html.ts';

/** A drawing inline in HTML: an image with a description, without what only a file of its own needs. */
function inline(svg: string, description: string): Html {
  const [opening] = /^<svg[^>]*>/.exec(svg) ?? [''];
  const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(opening)?.[1] ?? '';
  const contents = svg.slice(opening.length);
  return html`<svg role="img" aria-label="${description}" width="${attribute('width')}" height="${attribute('height')}" viewBox="${attribute('viewBox')}">${trustedHtml(contents)}`;
}

export async function drawFigure(figure: Figure): Promise<Html> {
  const { name, title, caption, description, hasManyColours, draw } = figure;
  const wide = inline(await renderSvg(draw(pageViews.wide)), description);
  const narrow = inline(await renderSvg(draw(pageViews.narrow)), description);
  const ground = hasManyColours === true ? 'paper' : 'chart';
  return html`<figure id="figure-${name}">
<h3>${title}</h3>
<div class="${ground} wide">${wide}</div>
<div class="${ground} narrow">${narrow}</div>
<figcaption>${caption}</figcaption>
</figure>
`;
}
