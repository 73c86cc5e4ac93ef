import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readExamples } from '../adapter-kit/examples.ts'
import type { Json } from '../model/json.ts'
import type { DescribedField, DescribedOperation } from '../model/registry-page.ts'
import { describeFields } from './describe-fields.ts'
import type { AdapterEntry, OperationEntry } from './entries.ts'

/** An adapter that is read again is another entry. */
const known = new WeakMap<AdapterEntry, readonly DescribedOperation[]>()

/**
 * What the files of an adapter say of its operations; read once for each version of it. What cannot be read any more (the
 * folder changes while edno runs) is left out until it is read again as a whole.
 */
export function describeAdapter(adapter: AdapterEntry): readonly DescribedOperation[] {
  const before = known.get(adapter)
  if (before !== undefined) return before
  const described = adapter.operations.map((operation) => describeOperation(adapter, operation))
  known.set(adapter, described)
  return described
}

function describeOperation({ folder }: AdapterEntry, operation: OperationEntry): DescribedOperation {
  const { ref, title, manifest, subjectKinds } = operation
  const own = join(folder, manifest.folder)
  const example = exampleIn(own)
  return {
    ...{ operation: ref, title, synthetic: manifest.synthetic === true, idempotent: manifest.idempotent },
    ...{ timeoutMs: manifest.timeoutMs, maxConcurrent: manifest.maxConcurrent },
    ...(manifest.disclosure === undefined ? {} : { checksOnly: true }),
    input: fieldsIn(join(own, 'input.schema.json')),
    answer: fieldsIn(join(own, 'evidence.schema.json')),
    ...(manifest.subject === 'none'
      ? {}
      : { subject: { field: manifest.subject.input, kinds: subjectKinds, others: manifest.subject.mismatch } }),
    ...(example === undefined ? {} : { example }),
  }
}

function fieldsIn(file: string): readonly DescribedField[] {
  try {
    return describeFields(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
  } catch {
    return []
  }
}

/** `found.json`, or else the first that was found. */
function exampleIn(folder: string): DescribedOperation['example'] {
  try {
    const found = readExamples(folder).filter(({ status }) => status === 'found')
    const example = found.find(({ file }) => file === 'found.json') ?? found[0]
    return example && { input: example.input as Json, answer: example.evidence as Json }
  } catch {
    return undefined
  }
}
