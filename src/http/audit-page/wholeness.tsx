import type { VNode } from 'preact'
import { momentOf } from './times.ts'
import type { SeenLog } from './seen-heads.ts'
import type { View } from './view.ts'
import { BROKEN_WORDS, WHOLE_WORDS } from './words.ts'

/** Whether the log is whole since the last visit. */
export function Wholeness({ view, log }: { readonly view: View; readonly log: SeenLog }): VNode {
  const { say } = view
  const { told } = log
  if (told.whole === 'first') return <p class="whole first">{say(WHOLE_WORDS.first, told.head.size)}</p>
  return (
    <p class={`whole ${told.whole}`} role={told.whole === 'no' ? 'alert' : 'status'}>
      <span class="question">{say(WHOLE_WORDS.question)}</span> <strong>{say(WHOLE_WORDS[told.whole])}</strong>
      <span class="why">{whyOf(view, log)}</span>
    </p>
  )
}

function whyOf({ say, language }: View, { told, at }: SeenLog): string {
  if (told.whole === 'no') return `${say(BROKEN_WORDS[told.why], told.since ?? 0)} ${say(WHOLE_WORDS.advice)}`
  if (told.whole === 'first') return ''
  return say(WHOLE_WORDS.grown, momentOf((at ?? new Date(0)).toISOString(), language), told.since, told.head.size)
}
