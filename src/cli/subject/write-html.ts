import { createHash } from 'node:crypto'
import type { Page } from './page.ts'

const STYLE = `
body { font: 1rem/1.5 "DejaVu Sans", system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem;
  color: #1a1a1a; background: #fff }
h1 { font-size: 1.8rem; line-height: 1.2 }
h2 { font-size: 1.05rem; margin: 0 0 .4rem }
ul { padding-left: 1.2rem }
ol { list-style: none; padding: 0 }
li > section { border: 1px solid #767676; border-radius: .4rem; padding: .8rem 1rem; margin: 0 0 1rem; break-inside: avoid }
dl { margin: 0; display: grid; grid-template-columns: 12rem 1fr; gap: .15rem 1rem }
dt { color: #4a4a4a }
dd { margin: 0; overflow-wrap: anywhere }
footer { border-top: 1px solid #767676; margin-top: 2rem; padding-top: 1rem }
@media (max-width: 36rem) { dl { display: block } dd { margin: 0 0 .4rem } }
`

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const plain = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '')

/** One file that asks for nothing: no script, no picture, no address of another; the one style by its digest. */
export function writeHtml(page: Page): string {
  const digest = createHash('sha256').update(STYLE).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${plain(page.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${plain(page.title)}</h1>
<p>${plain(page.lead)}</p>
<ul>
${page.facts.map((fact) => `<li>${plain(fact)}</li>`).join('\n')}
</ul>
${page.entries.length === 0 ? `<p><strong>${plain(page.none)}</strong></p>` : listOf(page.entries)}
</main>
<footer><p>${plain(page.note)}</p></footer>
</body>
</html>
`
}

const listOf = (entries: Page['entries']): string => `<ol>\n${entries.map(itemOf).join('\n')}\n</ol>`

const itemOf = ({ heading, lines }: Page['entries'][number]): string => `<li><section>
<h2>${plain(heading)}</h2>
<dl>
${lines.map(([name, value]) => `<dt>${plain(name)}</dt><dd>${plain(value)}</dd>`).join('\n')}
</dl>
</section></li>`
