import type { ComponentChildren, VNode } from 'preact'
import { listAddress } from './address.ts'
import type { SeenLog } from './seen-heads.ts'
import type { View } from './view.ts'
import { Wholeness } from './wholeness.tsx'
import { WORDS } from './words.ts'

interface PageParts {
  readonly view: View
  readonly title: string
  /** Absent where nobody is let in. */
  readonly log?: SeenLog
  readonly children: ComponentChildren
}

/** What all pages share. */
export function Page({ view, title, log, children }: PageParts): VNode {
  const { language, say } = view
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · edno`}</title>
        <link rel="stylesheet" href="/audit/style.css" />
      </head>
      <body>
        <a class="skip" href="#content">
          {say(WORDS.skip)}
        </a>
        <header class="top">
          <a class="home" href={listAddress({ lang: language })}>
            <strong>edno</strong> <span>{say(WORDS.title)}</span>
          </a>
          <OtherLanguage view={view} />
        </header>
        <main id="content">
          <h1>{title}</h1>
          {log === undefined ? null : <Wholeness view={view} log={log} />}
          {children}
        </main>
        <footer>
          {say(WORDS.seen)} {say(WORDS.times)}
        </footer>
      </body>
    </html>
  )
}

/** The same address in the other language. */
function OtherLanguage({ view }: { readonly view: View }): VNode {
  const lang = view.language === 'bg' ? 'en' : 'bg'
  const said = Object.entries<string>({ ...view.query, lang })
  return (
    <a class="language" lang={lang} hreflang={lang} href={`${view.path}?${new URLSearchParams(said).toString()}`}>
      {view.say(WORDS.otherLanguage)}
    </a>
  )
}
