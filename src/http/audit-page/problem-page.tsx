import type { VNode } from 'preact'
import type { Problem } from '../render-problem.ts'
import { Page } from './page.tsx'
import type { View } from './view.ts'
import { WORDS } from './words.ts'

interface ProblemParts {
  readonly view: View
  readonly problem: Problem
  /** The address that was asked for, where going there from here is what helps. */
  readonly again?: string
}

/** A refusal, and what to do about it. */
export function ProblemPage({ view, problem, again }: ProblemParts): VNode {
  const { say } = view
  return (
    <Page view={view} title={problem.title}>
      <section class="card problem" role="alert">
        <p>
          <strong>{problem.status}</strong> <code>{problem.code}</code>
        </p>
        {problem.detail === undefined ? null : <p lang="en">{problem.detail}</p>}
        <h2>{say(WORDS.whatToDo)}</h2>
        <p>{problem.advice}</p>
        {problem.code === 'access.unauthenticated' ? <p>{say(WORDS.noCertificate)}</p> : null}
        {again === undefined ? null : (
          <p>
            <a class="button" href={again}>
              {say(WORDS.openAnyway)}
            </a>
          </p>
        )}
      </section>
    </Page>
  )
}
