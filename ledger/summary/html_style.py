"""The one style sheet of a document, for screen and paper, light and dark.

No font, image or script is loaded: the page is complete without a network. Every colour pair has
a contrast of at least 4.5 to 1, and nothing is said by colour alone.
"""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1d1c1a; --quiet: #66625a; --rule: #d8d4cb; --faint: #f6f4ef;
  --accent: #1e3f76; --open: #7d4507;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Georgia,
    "Liberation Serif", "Noto Serif", serif;
  --sans: "Inter", "Helvetica Neue", "Segoe UI", "Liberation Sans", Arial, sans-serif;
  --mono: "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e7e3da; --quiet: #a7a298; --rule: #373a3f; --faint: #1e2125;
    --accent: #a5c1ee; --open: #e2b173;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 3.5rem 1.75rem 5rem; max-width: 61rem;
  font: 1.0625rem/1.5 var(--serif); color: var(--ink); overflow-wrap: anywhere;
  font-variant-numeric: lining-nums; text-rendering: optimizeLegibility;
}
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.17em; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
p, ul, ol, dl, dd, table, h1, h2, h3, h4 { margin: 0; padding: 0; }
code { font: 0.86em/1.4 var(--mono); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: 0.5rem 1rem; }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}

header { border-top: 3px solid var(--ink); padding-top: 1.1rem; }
.basis { font: 0.8125rem/1.4 var(--sans); color: var(--quiet); }
h1 {
  font: 400 2.15rem/1.16 var(--serif); letter-spacing: -0.012em; margin: 0.55rem 0 1.6rem;
  max-width: 22em; text-wrap: balance;
}
.identity { display: grid; grid-template-columns: 10.5rem minmax(0, 1fr); row-gap: 0.34rem; }
.identity dt { font: 0.8125rem/1.6rem var(--sans); color: var(--quiet); }
.identity dd, .standing { max-width: 40rem; }
.standing {
  margin: -0.4rem 0 1.6rem; padding-left: 0.9rem; border-left: 3px solid var(--open);
  font-size: 0.9375rem;
}
nav { margin-top: 1.9rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
nav h2 { font: 600 0.8125rem/1.4 var(--sans); margin-bottom: 0.55rem; }
nav ol { list-style: none; font: 0.875rem/1.5 var(--sans); columns: 24rem auto;
  column-gap: 2.2rem; }
nav ol ol { columns: auto; padding-left: 1.35rem; }
nav li { break-inside: avoid; padding: 0.1rem 0; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav a span { display: inline-block; min-width: 1.35rem; }
nav ol ol a { color: var(--quiet); }
.about {
  padding: 1.15rem 1.35rem 1.25rem; background: var(--faint); font-size: 0.9375rem;
  break-inside: avoid;
}
.about h2, .about ol { max-width: 46rem; }
.about h2 { font: 600 0.8125rem/1.4 var(--sans); margin-bottom: 0.5rem; }
.about ol { padding-left: 1.2rem; }
.about li { padding-left: 0.2rem; margin-top: 0.25rem; }
.about li::marker, .domains li::marker { color: var(--quiet); }

main > section { margin-top: 3.75rem; }
h2.number { font: 400 1.6rem/1.2 var(--serif); border-bottom: 1px solid var(--ink);
  padding-bottom: 0.45rem; }
h2.number span { display: inline-block; min-width: 2.6rem; color: var(--accent); }
h3 { font: 600 1.09rem/1.35 var(--serif); margin: 2.4rem 0 0.35rem; }
h4 { font: italic 400 1.09rem/1.35 var(--serif); margin: 1.6rem 0 0.35rem; }
h3, h4, h2.number { break-after: avoid; }

.field {
  display: grid; grid-template-columns: 3.1rem minmax(0, 1fr) 10.5rem; column-gap: 1rem;
  padding: 0.95rem 0 1.05rem; border-top: 1px solid var(--rule); break-inside: avoid-page;
}
.field:target { box-shadow: -0.9rem 0 0 var(--paper), -1.1rem 0 0 var(--accent); }
h2 + dl > .field:first-child, h3 + dl > .field:first-child, h4 + dl > .field:first-child {
  border-top: 0;
}
main > .untitled { margin-top: 1.9rem; border: solid var(--rule); border-width: 1px 0; }
.untitled > dl > .field:first-child { border-top: 0; }
.field.long { break-inside: auto; }
.field > dt { grid-column: 1 / -1; display: grid; grid-template-columns: subgrid;
  font: 0.875rem/1.45 var(--sans); }
.field > dt .id { flex: none; color: var(--quiet); font-size: 0.75rem; line-height: 1.6875; }
.field > dt .id a { color: inherit; text-decoration: none; }
.field > dt .id a:hover { text-decoration: underline; }
.field > dt > :last-child { grid-column: 2 / -1; max-width: 46rem; }
.field > dd { grid-column: 2; margin-top: 0.45rem; }
.plain .field { grid-template-columns: minmax(0, 1fr) 10.5rem; }
.plain .field > dt { display: block; font-weight: 600; max-width: 46rem; }
.plain .field > .answer, .plain .field > .notes { grid-column: 1; }
.answer ~ .answer, .answer ~ .answer + .rests { margin-top: 0.8rem; }
.answer > * + * { margin-top: 0.6rem; }
.answer p + p { margin-top: 0.5rem; }
.answer p { max-width: 40rem; white-space: pre-line; }
.field > .rests {
  grid-column: -2; font: 0.75rem/1.5 var(--sans); color: var(--quiet); padding-top: 0.2rem;
}
.field > .rests p + p { margin-top: 0.4rem; }
.rests .owner { display: block; color: var(--ink); }
.none { color: var(--quiet); font-style: italic; }
.open { color: var(--open); }
.note { font: 0.8125rem/1.5 var(--sans); color: var(--open);
  max-width: 40rem; }

.boxes { list-style: none; display: flex; flex-wrap: wrap; gap: 0.1rem 1.5rem; }
.boxes li { color: var(--quiet); }
.boxes li.ticked { color: var(--ink); font-weight: 600; }
.boxes .box { font: 1.02em/1 "DejaVu Sans", "Segoe UI Symbol", "Apple Symbols", sans-serif;
  margin-right: 0.4rem; }
td .boxes { display: block; }
td .boxes li { padding-left: 1.5rem; text-indent: -1.5rem; }
.beside { font-size: 0.9375rem; color: var(--quiet); }

table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; }
th { font: 0.75rem/1.5 var(--sans); color: var(--quiet); text-align: left; }
th, td { vertical-align: top; padding: 0.5rem 1rem 0.5rem 0; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
thead th { padding-top: 0; }
tbody th { font: 1rem/1.5 var(--serif); color: var(--ink); }
tbody tr:last-child > * { border-bottom: 0; }

.rows { display: grid; grid-template-columns: minmax(7.5rem, max-content) minmax(0, 1fr);
  column-gap: 1.25rem; row-gap: 0.22rem; }
.rows > div { display: grid; grid-column: 1 / -1; grid-template-columns: subgrid; }
.rows dt { font: 0.8125rem/1.6rem var(--sans); color: var(--quiet); max-width: 13rem; }
.listing { font: 600 0.8125rem/1.5 var(--sans); }
.listing + .items { margin-top: 0.3rem; }
.items { list-style: none; }
.items > li { padding: 0.55rem 0; border-top: 1px dotted var(--rule); }
.items > li:first-child { border-top: 0; padding-top: 0; }
.items > li:last-child { padding-bottom: 0; }
.items .name { font-weight: 600; }
.items .link { font-size: 0.875rem; display: block; }
.items .rows { margin-top: 0.2rem; font-size: 0.9375rem; row-gap: 0.05rem; }
.domains { columns: 13rem auto; column-gap: 1.75rem; padding-left: 2.4rem; font-size: 0.9375rem;
  margin-top: 0.6rem; }
.chart { margin: 1.5rem 0 0; max-width: 46rem; break-inside: avoid; }
.chart figcaption { font: 600 0.9375rem/1.4 var(--sans); margin-bottom: 0.3rem; }
.chart th, .chart td { border: 0; padding: 0.25rem 0; }
.chart tbody th { width: 40%; padding-right: 1rem; font-size: 0.9375rem; }
.chart td { font: 0.875rem/1.6 var(--sans); white-space: nowrap; }
.bar { display: inline-block; width: calc(100% - 4.8rem); height: 0.7rem; float: right;
  margin-top: 0.35rem; }
.bar .whole { fill: var(--faint); }
.bar .part { fill: var(--accent); }
.points td:nth-child(4) { width: 36%; }
.points td, .points tbody th { font-size: 0.9375rem; }
.points .kind, .points thead th { white-space: nowrap; }
.points tbody th { white-space: nowrap; }
.plain .points tbody th { width: 28%; white-space: normal; }
.points thead th { padding-top: 0.6rem; }
footer { margin-top: 4rem; border-top: 1px solid var(--ink); padding-top: 0.8rem;
  font: 0.8125rem/1.5 var(--sans); color: var(--quiet); }

@media (max-width: 46rem) {
  body { padding: 1.75rem 1.1rem 3rem; }
  h1 { font-size: 1.7rem; }
  .identity, .rows { grid-template-columns: minmax(0, 1fr); }
  .identity { row-gap: 0; }
  .identity dd { margin-bottom: 0.45rem; }
  .rows dt { max-width: none; margin-top: 0.3rem; }
  .field, .plain .field { display: block; }
  .field > dt { display: flex; gap: 0.7rem; }
  .field > .rests { margin-top: 0.3rem; padding-top: 0; }
  .chart tr, .chart tbody th, .chart td { display: block; width: auto; }
  .chart tbody th { padding: 0.5rem 0 0; }
  .plain .points tbody th { width: auto; }
  .rests .owner { display: inline; }
  .points thead { display: none; }
  .points tr, .points td, .points tbody th { display: block; width: auto; border: 0; padding: 0; }
  .points tr { border-bottom: 1px solid var(--rule); padding: 0.6rem 0; }
  .points td:nth-child(4) { width: auto; }
}
@media print {
  :root {
    color-scheme: light; --paper: #fff; --ink: #000; --quiet: #4f4b45; --rule: #bbb;
    --faint: #efede7; --accent: #14305e; --open: #6d3c05;
  }
  @page {
    size: A4; margin: 18mm 16mm 20mm;
    @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif;
      color: #4f4b45; }
  }
  html { font-size: 9.6pt; }
  body { padding: 0; max-width: none; }
  .about { border: 1px solid var(--rule); }
  .skip { display: none; }
  a { text-decoration: none; }
  .field { grid-template-columns: 2.8rem minmax(0, 1fr) 8.8rem; }
  tr { break-inside: avoid; }
}
"""
