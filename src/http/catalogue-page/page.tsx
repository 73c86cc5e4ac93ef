import type { ComponentChildren, VNode } from 'preact'
import type { LocalisedText } from '../../model/localised.ts'
import { WORDS } from './words.ts'

/** In which language, and at which address. */
export interface View {
  readonly language: 'bg' | 'en'
  readonly path: string
  readonly say: (text: LocalisedText, ...values: readonly (string | number)[]) => string
}

interface PageParts {
  readonly view: View
  readonly title: string
  readonly children: ComponentChildren
}

/** What all pages of the catalogue share. */
export function Page({ view, title, children }: PageParts): VNode {
  const { language, path, say } = view
  const other = language === 'bg' ? 'en' : 'bg'
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
          <a class="home" href={`/catalogue?lang=${language}`}>
            <strong>edno</strong> <span>{say(WORDS.title)}</span>
          </a>
          <a class="language" lang={other} hreflang={other} href={`${path}?lang=${other}`}>
            {say(WORDS.otherLanguage)}
          </a>
        </header>
        <main id="content">
          <h1>{title}</h1>
          {children}
        </main>
        <footer>{say(WORDS.generated)}</footer>
      </body>
    </html>
  )
}

export type Fact = readonly [word: LocalisedText, value: ComponentChildren]

/** Names and values; what has no value is left out. */
export const Facts = ({ view, facts }: { readonly view: View; readonly facts: readonly Fact[] }): VNode => (
  <dl class="facts">
    {facts
      .filter(([, value]) => value !== undefined)
      .map(([word, value]) => (
        <div key={word.en}>
          <dt>{view.say(word)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
)
