/**
 * From a chart's specification to files: SVG by vega, PNG from that SVG by resvg. No browser, no network, and
 * the same bytes everywhere, since texts are measured and drawn with fonts that ship with the product.
 */
import { createCanvas } from '@napi-rs/canvas';
import { Resvg } from '@resvg/resvg-js';
import { type Loader, logger, parse, textMetrics, View, Warn } from 'vega';
import { compile } from 'vega-lite';
import { canvasFont } from '../environments/rendering/canvas.ts';
import { fontFiles } from '../environments/rendering/fonts.ts';
import { type Chart, fontFamily } from './chart-style.ts';
import { writeFileAtomically } from '../files/write-file.ts';

/** Pixels of the PNG per pixel of the SVG. */
const pngScale = 2;

const ruler = createCanvas(1, 1).getContext('2d');
// Without a canvas of its own vega guesses widths from the number of letters.
textMetrics.width = ({ fontSize = 11, fontWeight = 'normal', limit = 0 }, text) => {
  ruler.font = `${fontWeight} ${fontSize}px "${canvasFont}"`;
  const { width } = ruler.measureText(String(text ?? ''));
  return limit > 0 ? Math.min(limit, width) : width;
};

const refuse = (uri: string): Promise<never> =>
  Promise.reject(new Error(`the chart asks for ${uri}; expected all data inside the specification`));

const closedLoader: Loader = {
  load: refuse,
  sanitize: refuse,
  http: refuse,
  file: refuse,
};

/** The chart as an SVG document. @throws Error for whatever vega would merely warn of. */
export async function renderSvg(chart: Chart): Promise<string> {
  const problems: string[] = [];
  const log = logger(Warn, undefined, (_method, _level, parts) => {
    problems.push(parts.map(String).join(' '));
  });
  const specification = compile(chart, { logger: log }).spec;
  const view = new View(parse(specification), { renderer: 'none', loader: closedLoader, logger: log });
  try {
    const svg = await view.toSVG();
    if (problems.length > 0) throw new Error(`the chart cannot be drawn: ${problems.join('; ')}`);
    return svg;
  } finally {
    view.finalize();
  }
}

/** The picture of an SVG document, twice its size, as a PNG file's bytes. */
export function renderPng(svg: string): Uint8Array {
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: pngScale },
    font: {
      fontFiles: Object.values(fontFiles),
      loadSystemFonts: false,
      defaultFontFamily: fontFamily,
    },
  });
  return resvg.render().asPng();
}

/**
 * Writes `<basePath>.svg` and `<basePath>.png`, each of them atomically.
 * @returns the two paths.
 */
export async function writeChart(basePath: string, chart: Chart): Promise<{ svg: string; png: string }> {
  const svg = await renderSvg(chart);
  const paths = { svg: `${basePath}.svg`, png: `${basePath}.png` };
  await writeFileAtomically(paths.svg, svg);
  await writeFileAtomically(paths.png, renderPng(svg));
  return paths;
}
