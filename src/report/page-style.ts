/** How a report looks: light and dark as the reader's system has it, on a phone, on paper. */

/**
 * Colours of charts that a dark page shows in another: charts are drawn once, in the light ones, and the page's style
 * changes the attributes that have them. Contrast with the surface is at least 3 in both.
 */
const chartColours: readonly (readonly [light: string, dark: string])[] = [
  ['#ffffff', '#1b1f24'],
  ['#333333', '#e4e7eb'],
  ['#767676', '#a3abb5'],
  ['#999999', '#6f7882'],
  ['#ececec', '#2e343b'],
  ['#0072b2', '#58aee6'],
  ['#d55e00', '#f08a4b'],
  ['#009e73', '#33c79b'],
  ['#cc79a7', '#e09bc1'],
  ['#e69f00', '#f2b84b'],
  ['#56b4e9', '#9ad6f7'],
  ['#9aa7b4', '#8793a0'],
];

const recolour = chartColours
  .map(
    ([light], i) =>
      `.chart [fill="${light}"]{fill:var(--chart-${i})}.chart [stroke="${light}"]{stroke:var(--chart-${i})}`,
  )
  .join('\n');

const variables = (which: 0 | 1): string =>
  chartColours.map((pair, i) => `--chart-${i}:${pair[which]}`).join(';');

export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --surface: #ffffff; --ink: #1f2328; --quiet: #5b636d; --line: #d9dee4;
  --accent: #0b5cad; --notice: #fff4d6; --notice-line: #d9a400;
  ${variables(0)};
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #111418; --surface: #1b1f24; --ink: #e4e7eb; --quiet: #a3abb5; --line: #343b43;
    --accent: #7cbcff; --notice: #3a2f0b; --notice-line: #d9a400;
    ${variables(1)};
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
header, main { max-width: 66rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .8rem; }
h3 { font-size: 1.05rem; line-height: 1.3; margin: 0 0 .5rem; }
p { margin: 0 0 .8rem; max-width: 52rem; }
a { color: var(--accent); }
.quiet, figcaption, .tile small, dt { color: var(--quiet); }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; list-style: none; margin: .8rem 0 1.2rem; padding: 0; }
section {
  background: var(--surface); border: 1px solid var(--line); border-radius: .6rem;
  margin: 0 0 1.2rem; padding: 1.3rem 1.4rem; scroll-margin-top: .6rem;
}
.notice {
  background: var(--notice); border-left: .3rem solid var(--notice-line); padding: .7rem 1rem;
  margin: 0 0 1.2rem; max-width: none;
}
.lead { font-size: 1.15rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 0 0 1.2rem; padding: 0; list-style: none; }
.tile { border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; }
.tile strong { display: block; font-size: 1.6rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile small { display: block; font-size: .85rem; line-height: 1.4; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.2rem; margin: 0 0 1.2rem; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1.6rem 0 0; }
figure:first-of-type { margin-top: 0; }
figcaption { font-size: .9rem; max-width: 52rem; margin-top: .4rem; }
.chart { background: var(--chart-0); }
.chart svg { display: block; max-width: 100%; height: auto; }
.narrow { display: none; }
.paper { background: #ffffff; border-radius: .4rem; }
video { display: block; width: 100%; max-width: 600px; background: #000; border-radius: .4rem; }
.scroll { overflow: auto; max-height: 34rem; border: 1px solid var(--line); border-radius: .4rem; margin: 0 0 1.2rem; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .55rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
tbody th { font-weight: 600; }
thead th { position: sticky; top: 0; background: var(--surface); font-weight: 600; }
.number { text-align: right; }
.error { white-space: normal; min-width: 16rem; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid var(--accent); }
th[aria-sort="ascending"] button::after { content: " \\2191"; }
th[aria-sort="descending"] button::after { content: " \\2193"; }
pre {
  overflow: auto; background: var(--page); border: 1px solid var(--line); border-radius: .4rem;
  padding: .8rem 1rem; margin: 0 0 1.2rem; font: .85rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace;
}
.command { white-space: pre-wrap; overflow-wrap: anywhere; }
${recolour}
@media screen and (max-width: 40rem) {
  section { padding: 1.1rem .9rem; border-radius: 0; border-left: 0; border-right: 0; margin-left: -1rem; margin-right: -1rem; }
  .wide { display: none; }
  .narrow { display: block; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tile strong { font-size: 1.3rem; }
  dl { display: block; }
  dt { font-size: .85rem; }
  dd { margin-bottom: .5rem; }
}
@media print {
  :root { --page: #ffffff; }
  body { font-size: 11pt; }
  header, main { max-width: none; padding: 0; }
  nav, #film { display: none; }
  section { border: 0; padding: 0; }
  figure, .tiles, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { max-height: none; overflow: visible; border: 0; }
  thead th { position: static; }
  td, th { white-space: normal; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
}
`;
