import type { VNode } from 'preact'
import { momentOf } from './times.ts'
import type { View } from './view.ts'

/** A moment in Sofia; the machine's own spelling beside it. */
export const Moment = ({ at, view }: { readonly at: string; readonly view: View }): VNode => (
  <time datetime={at} title={at}>
    {momentOf(at, view.language)}
  </time>
)
