import type { VNode } from 'preact'
import type { Json } from '../../model/json.ts'
import type { RegistryPage } from '../../model/registry-page.ts'
import { FieldTable } from './field-table.tsx'
import { type Fact, Facts, type View } from './page.tsx'
import { KINDS, OTHERS, WORDS } from './words.ts'

interface OperationParts {
  readonly view: View
  readonly operation: RegistryPage['operations'][number]
}

/** One operation: about whom it may be asked, its fields, and an example. */
export function Operation({ view, operation }: OperationParts): VNode {
  const { say } = view
  const { title, synthetic, input, answer, example } = operation
  const label = (part: string): string => `${say(title)}: ${part}`
  return (
    <section class="card" id={anchorOf(operation.operation)}>
      <h2>{say(title)}</h2>
      <p>
        <code>{operation.operation}</code>
      </p>
      {synthetic ? <p class="hint">{say(WORDS.synthetic)}</p> : null}
      <Facts view={view} facts={factsOf(view, operation)} />
      <h3>{say(WORDS.question)}</h3>
      {input.length === 0 ? (
        <p>{say(WORDS.noFields)}</p>
      ) : (
        <FieldTable view={view} label={label(say(WORDS.question))} fields={input} />
      )}
      <h3>{say(WORDS.answer)}</h3>
      <FieldTable view={view} label={label(say(WORDS.answer))} fields={answer} />
      {example === undefined ? null : <Example view={view} {...example} />}
    </section>
  )
}

const anchorOf = (operation: string): string => operation.slice(operation.indexOf('/') + 1).replace('@', '-')

function factsOf(view: View, operation: OperationParts['operation']): readonly Fact[] {
  const { say } = view
  const { idempotent, timeoutMs, maxConcurrent, regix, subject, checksOnly } = operation
  return [
    [WORDS.leaves, say(checksOnly === true ? WORDS.checksOnly : WORDS.agreedFields)],
    [WORDS.about, aboutOf(view, operation)],
    [WORDS.others, say(subject === undefined ? WORDS.nobodyElse : OTHERS[subject.others])],
    [WORDS.time, say(WORDS.milliseconds, timeoutMs)],
    [WORDS.atOnce, say(WORDS.ofOneProcess, maxConcurrent)],
    [WORDS.again, say(idempotent ? WORDS.yes : WORDS.no)],
    [WORDS.regix, regix.length === 0 ? undefined : regix.map((name) => <code key={name}>{name}</code>)],
  ]
}

function aboutOf({ say }: View, { subject }: OperationParts['operation']): string {
  if (subject === undefined) return say(WORDS.nobody)
  if (subject.kinds.length === 0) return say(WORDS.thing, subject.field)
  const kinds = subject.kinds.map((kind) => (KINDS[kind] === undefined ? kind : say(KINDS[kind])))
  return say(WORDS.person, kinds.join(', '), subject.field)
}

interface ExampleParts {
  readonly view: View
  readonly input: Json
  readonly answer: Json
}

const Example = ({ view, input, answer }: ExampleParts): VNode => (
  <>
    <h3>{view.say(WORDS.example)}</h3>
    <p class="hint">{view.say(WORDS.question)}</p>
    <pre lang="bg">{JSON.stringify(input, null, 2)}</pre>
    <p class="hint">{view.say(WORDS.answer)}</p>
    <pre lang="bg">{JSON.stringify(answer, null, 2)}</pre>
  </>
)
