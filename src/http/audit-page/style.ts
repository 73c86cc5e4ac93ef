/** The one style sheet. Bars and signs tell by form and words too; paper gets no forms and no buttons. */
export const STYLE = `
:root {
  color-scheme: light;
  --ink: #1b2733; --faint: #4d5b69; --line: #d3dce4; --ground: #f3f6f8; --card: #ffffff; --link: #0a558c;
  --good: #1b6b3f; --good-ground: #e5f3ea; --bad: #a4231b; --bad-ground: #fbe9e7; --odd: #7a5200; --odd-ground: #fdf3dc;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; }
main { max-width: 88rem; margin: 0 auto; padding: 0 1.25rem 2rem; }
h1 { margin: 1.25rem 0 .75rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 .5rem; font-size: 1.1rem; }
a { color: var(--link); }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid #e08a00; outline-offset: 2px; }
code { font: .86em/1.4 ui-monospace, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
small, .hint, footer { color: var(--faint); font-size: .86rem; }
footer { max-width: 88rem; margin: 0 auto; padding: 0 1.25rem 2rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.top { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .7rem 1.25rem; background: #0d3b5c; }
.top a { color: #ffffff; text-decoration: none; }
.top a:hover { text-decoration: underline; }
.home strong { font-size: 1.3rem; letter-spacing: .02em; margin-right: .6rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.15rem; margin: 0 0 1rem; }
p.whole { display: flex; flex-wrap: wrap; gap: .15rem .6rem; margin: 0 0 1rem; padding: .6rem 1rem; border-left: .4rem solid var(--odd); background: var(--odd-ground); }
p.whole.yes { border-color: var(--good); background: var(--good-ground); }
p.whole.yes strong { color: var(--good); }
p.whole.no { border-color: var(--bad); background: var(--bad-ground); }
p.whole.no strong { color: var(--bad); }
p.whole .why { flex-basis: 100%; font-size: .92rem; }
.filter { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: .75rem 1rem; align-items: start; }
.field { margin: 0; display: grid; gap: .2rem; }
.field label { font-size: .86rem; font-weight: 600; }
input, select, button { font: inherit; color: inherit; width: 100%; min-height: 2.5rem; padding: .38rem .5rem; border: 1px solid #76858f; border-radius: .3rem; background: #ffffff; }
.buttons { margin: 0; display: flex; gap: 1rem; align-items: center; align-self: end; }
button, .button { width: auto; padding: .45rem 1.1rem; background: var(--link); border: 1px solid var(--link); border-radius: .3rem; color: #ffffff; text-decoration: none; cursor: pointer; display: inline-block; }
button:hover, .button:hover { background: #083f68; }
.by-official { margin-top: .9rem; }
.by-official summary { cursor: pointer; color: var(--link); margin-bottom: .5rem; width: max-content; }
.tools, .pages, .neighbours { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; margin: 0 0 1rem; }
.pages { margin: 1rem 0 0; justify-content: flex-end; }
.count { font-weight: 600; margin-right: auto; }
.nothing { padding: 1rem 0; margin: 0; color: var(--faint); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid var(--line); }
thead th { white-space: nowrap; color: var(--faint); font-size: .82rem; }
tbody th { font-weight: 400; }
.exchanges thead th { white-space: normal; vertical-align: bottom; }
.exchanges .service { min-width: 13rem; }
.exchanges tbody tr:hover { background: #f6fafd; }
.exchanges time { white-space: nowrap; }
.exchanges .id { display: block; color: var(--faint); white-space: nowrap; }
.exchanges small { display: block; white-space: nowrap; }
.outcomes .outcome { display: block; white-space: nowrap; }
h3 { margin: 1rem 0 .4rem; font-size: 1rem; }
pre { margin: 0 0 .75rem; padding: .6rem .8rem; background: var(--ground); border-radius: .3rem; font: .86rem/1.45 ui-monospace, 'DejaVu Sans Mono', monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
abbr { text-decoration: underline dotted; cursor: help; }
.mark { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; }
.outcome, .standing { white-space: nowrap; }
.outcome.found, .complete { color: var(--good); }
.outcome.failed, .outcome.refused, .standing.refused, .cancelled { color: var(--bad); }
.outcome.late, .partial, .standing.deferred, .standing.running { color: var(--odd); }
.outcome.not-found, .outcome.skipped { color: var(--faint); }
.facts, .questions { margin: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .6rem 1.5rem; }
dt { font-size: .82rem; color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
dd ul { margin: 0; padding-left: 1.1rem; }
.waterfall { min-width: 52rem; }
.waterfall th:first-child { width: 24%; }
.waterfall thead th:nth-child(2) { width: 42%; }
.waterfall tbody th { color: var(--ink); }
.waterfall tbody th > * { display: block; }
.waterfall .of { font-size: .9rem; }
.waterfall .line, .waterfall .line th { color: var(--ink); }
.waterfall .whole th { font-weight: 600; }
.waterfall .attempt th { padding-left: 2rem; color: var(--faint); }
.waterfall .attempt td, .waterfall .attempt th { padding-top: .15rem; padding-bottom: .15rem; font-size: .86rem; }
.waterfall td code, .waterfall td small { display: block; }
.number { white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }
.waterfall thead th:nth-child(3), .waterfall thead th:nth-child(4) { text-align: right; }
.bar { display: block; width: 100%; height: 1.1rem; }
.attempt .bar { height: .7rem; }
.grid { stroke: #e3e9ee; stroke-width: 1; vector-effect: non-scaling-stroke; }
.piece { fill: #5b7c99; }
.piece.whole { fill: #0d3b5c; }
.piece.found { fill: #2e8b57; }
.piece.not-found { fill: #8a97a3; }
.piece.failed, .piece.refused { fill: #c23b31; }
.piece.late, .piece.running { fill: #d49a1f; }
.piece.attempt { fill: #9bb7cc; }
.piece.attempt-failed { fill: #e59a93; }
.verdict { border-left: .4rem solid var(--good); }
.verdict.fails { border-color: var(--bad); }
.headline { font-size: 1.15rem; margin: 0 0 .4rem; }
.questions dd { font-weight: 600; }
.findings { list-style: none; margin: 0; padding: 0; }
.findings li { padding: .3rem 0; border-bottom: 1px solid var(--line); }
.findings li.fails { background: var(--bad-ground); }
.sign { font-weight: 700; }
.sign.holds { color: var(--good); }
.sign.fails { color: var(--bad); }
.sign.unknown { color: var(--odd); }
.problem { border-left: .4rem solid var(--bad); }
@media print {
  body { background: none; font-size: 9.5pt; }
  .top, .search, .tools a, .pages, .neighbours, .skip { display: none; }
  main, footer { max-width: none; padding: 0; }
  .card { border: 0; padding: 0; break-inside: avoid-page; }
  .wide { overflow: visible; }
  .waterfall { min-width: 0; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
  .bar, p.whole, .verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  @page { margin: 14mm; }
}
`
