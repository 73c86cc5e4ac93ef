import type { ComponentChildren, VNode } from 'preact'
import type { ExchangeRecord } from '../../model/exchange-record.ts'
import { nameIn } from './exchange-table.tsx'
import type { Names } from './filter-form.tsx'
import { Outcome, Standing } from './outcomes.tsx'
import { Bar } from './bar.tsx'
import { durationOf } from './times.ts'
import type { View } from './view.ts'
import { type AttemptRow, type CallRow, type Span, waterfallOf } from './waterfall-rows.ts'
import { WORDS } from './words.ts'

interface WaterfallParts {
  readonly view: View
  readonly names: Names
  readonly record: ExchangeRecord
}

/** One application, its calls and their attempts, each as a bar on one axis of time. */
export function Waterfall({ view, names, record }: WaterfallParts): VNode {
  const { say, language } = view
  const { length, whole, calls } = waterfallOf(record)
  const { state, status } = record
  return (
    <section class="card course">
      <h2>{say(WORDS.course)}</h2>
      <p class="hint">{say(WORDS.courseHint, durationOf(length, language))}</p>
      <div class="wide" tabindex={0} role="region" aria-label={say(WORDS.course)}>
        <table class="waterfall">
          <thead>
            <tr>
              {[WORDS.step, WORDS.when, WORDS.begins, WORDS.lasts, WORDS.result].map((words) => (
                <th key={words.en} scope="col">
                  {say(words)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Line view={view} kind="whole" span={whole} length={length} label={say(WORDS.application)}>
              <Standing {...{ view, state, status }} />
            </Line>
            {calls.flatMap((row) => [
              <CallLine key={row.call.call} {...{ view, names, row, length }} />,
              ...row.attempts.map((attempt) => (
                <AttemptLine key={`${row.call.call} ${attempt.attempt.number}`} {...{ view, attempt, length }} />
              )),
            ])}
          </tbody>
        </table>
      </div>
    </section>
  )
}

interface LineParts {
  readonly view: View
  /** What the bar is drawn as. */
  readonly kind: string
  readonly span?: Span | undefined
  readonly length: number
  readonly label: ComponentChildren
  readonly children: ComponentChildren
}

function Line({ view, kind, span, length, label, children }: LineParts): VNode {
  const { say, language } = view
  const lasted = span?.end === undefined ? undefined : durationOf(span.end - span.begin, language)
  return (
    <tr class={`line ${kind.startsWith('attempt') ? 'attempt' : kind}`}>
      <th scope="row">{label}</th>
      <td class="time">{span === undefined ? null : <Bar kind={kind} span={span} length={length} />}</td>
      <td class="number">{span === undefined ? '–' : durationOf(span.begin, language)}</td>
      <td class="number">{span === undefined ? '–' : (lasted ?? say(WORDS.running))}</td>
      <td>{children}</td>
    </tr>
  )
}

interface CallParts extends Pick<WaterfallParts, 'view' | 'names'> {
  readonly row: CallRow
  readonly length: number
}

function CallLine({ view, names, row: { call, span, isSplit }, length }: CallParts): VNode {
  const { say } = view
  const label = (
    <>
      <strong>{call.call}</strong>
      <span class="of">{nameIn(view, names.registries, call.registry)}</span>
      <code>{call.operation}</code>
      {call.need === 'optional' ? <small>{say(WORDS.optional)}</small> : null}
    </>
  )
  return (
    <Line view={view} kind={call.outcome ?? 'running'} span={span} length={length} label={label}>
      {call.outcome === undefined ? (
        say(isSplit ? WORDS.forEach : WORDS.running)
      ) : (
        <Outcome view={view} outcome={call.outcome} />
      )}
      {call.problem === undefined ? null : <code>{call.problem}</code>}
      {span === undefined && !isSplit ? <small>{say(WORDS.notAsked)}</small> : null}
    </Line>
  )
}

interface AttemptParts {
  readonly view: View
  readonly attempt: AttemptRow
  readonly length: number
}

function AttemptLine({ view, attempt: { attempt, ...span }, length }: AttemptParts): VNode {
  const { say } = view
  const kind = attempt.fault === undefined ? 'attempt' : 'attempt-failed'
  const ended = attempt.endedAt === undefined ? say(WORDS.running) : say(WORDS.ok)
  return (
    <Line view={view} kind={kind} span={span} length={length} label={say(WORDS.attempt, attempt.number)}>
      {attempt.fault === undefined ? ended : <code>{attempt.fault}</code>}
    </Line>
  )
}
