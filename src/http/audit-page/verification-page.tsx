import type { VNode } from 'preact'
import type { ExchangeName } from '../../model/exchange-list.ts'
import type { JudgedEvidence, Mark } from '../../model/judged-evidence.ts'
import { evidenceAddress, exchangeAddress } from './address.ts'
import { Page } from './page.tsx'
import type { SeenLog } from './seen-heads.ts'
import type { View } from './view.ts'
import { MARK_WORDS, WORDS } from './words.ts'

interface VerificationParts {
  readonly view: View
  readonly log: SeenLog
  readonly name: ExchangeName
  readonly judged: JudgedEvidence
}

/** What `edno verify` says of the evidence of one exchange, in the same words. */
export function VerificationPage({ view, log, name, judged }: VerificationParts): VNode {
  const { say, query } = view
  return (
    <Page view={view} title={say(WORDS.verification)} log={log}>
      <nav class="neighbours" aria-label={say(WORDS.exchange)}>
        <a href={exchangeAddress(query, name)}>{say(WORDS.backToExchange)}</a>
        <a href={evidenceAddress(name)} download>
          {say(WORDS.download)}
        </a>
      </nav>
      <section class={`card verdict ${judged.holds ? 'holds' : 'fails'}`}>
        <p class="headline">
          <Sign mark={judged.holds ? 'holds' : 'fails'} view={view} /> <strong>{say(judged.verdict)}</strong>
        </p>
        <p>
          <code>{name.exchangeId}</code>
        </p>
        <p class="hint">{say(WORDS.ownJudge, `${name.exchangeId}.asice`)}</p>
      </section>
      <section class="card">
        <h2>{say(WORDS.dispute)}</h2>
        <dl class="questions">
          {judged.questions.map(({ mark, text, reply }) => (
            <div key={text.en}>
              <dt>{say(text)}</dt>
              <dd class={mark}>
                <Sign mark={mark} view={view} /> {say(reply)}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section class="card">
        <h2>{say(WORDS.findings)}</h2>
        <ul class="findings">
          {judged.sentences.map(({ mark, text }, at) => (
            <li key={at} class={mark}>
              <Sign mark={mark} view={view} /> {say(text)}
            </li>
          ))}
        </ul>
      </section>
    </Page>
  )
}

const SIGNS: Readonly<Record<Mark, string>> = { holds: '✓', fails: '✗', unknown: '?' }

/** The sign for the eye, its meaning for whoever listens. */
const Sign = ({ mark, view }: { readonly mark: Mark; readonly view: View }): VNode => (
  <span class={`sign ${mark}`}>
    <span aria-hidden="true">{SIGNS[mark]}</span>
    <span class="heard">{view.say(MARK_WORDS[mark])}: </span>
  </span>
)
