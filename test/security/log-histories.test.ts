import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { writeBundle } from '../../src/exchange-log/bundle.ts'
import type { LogSource } from '../../src/exchange-log/log-source.ts'
import { readResourcePath, TILE_WIDTH } from '../../src/exchange-log/tile.ts'
import { verifyLog } from '../../src/exchange-log/verify-log.ts'
import { type LookCode, lookAt } from '../../src/witness/follow.ts'
import { freshSigner } from '../unit/exchange-log/keys.ts'
import { aWitness, entriesOf, SmallLog } from '../unit/witness/logs.ts'

/**
 * What somebody may do who holds the database and the log's key, and who says so: the witness, which saw the log before,
 * and an auditor who kept a checkpoint. That edno itself finds it: `test/unit/exchange-log/cosigning.test.ts` by a witness,
 * `integrator.test.ts` at its start.
 */
interface Attempt {
  readonly id: string
  readonly comment: string
  /** Entries that are served now, and how many of them; 700 were seen before. */
  readonly entries: readonly string[]
  readonly witness: LookCode
  readonly auditorHolds: boolean
}

const BEFORE = 700
const honest = entriesOf(1000)
const ATTEMPTS: readonly Attempt[] = [
  { id: 'honest', comment: 'the log goes on', entries: honest, witness: 'cosigned', auditorHolds: true },
  {
    ...{ id: 'fork', comment: 'another history of the same length is shown' },
    ...{ entries: entriesOf(BEFORE, { 699: 'other' }), witness: 'forked', auditorHolds: false },
  },
  {
    ...{ id: 'changed', comment: 'an entry is changed, all hashes and heads are made anew, and the log goes on' },
    ...{ entries: entriesOf(1000, { 3: 'changed' }), witness: 'forked', auditorHolds: false },
  },
  {
    ...{ id: 'removed', comment: 'an entry is taken out and the log goes on without a gap' },
    ...{ entries: honest.filter((_, i) => i !== 300), witness: 'forked', auditorHolds: false },
  },
  {
    ...{ id: 'reordered', comment: 'two entries change places' },
    ...{ entries: entriesOf(1000, { 10: 'entry 11', 11: 'entry 10' }), witness: 'forked', auditorHolds: false },
  },
  {
    ...{ id: 'rollback', comment: 'the log of yesterday is served' },
    ...{ entries: honest.slice(0, 500), witness: 'shrunk', auditorHolds: false },
  },
  {
    ...{ id: 'truncation', comment: 'the newest entry is cut off' },
    ...{ entries: honest.slice(0, BEFORE - 1), witness: 'shrunk', auditorHolds: false },
  },
  {
    ...{ id: 'cut-and-grown', comment: 'entries are cut off, and others grown in their place' },
    ...{ entries: [...honest.slice(0, 600), ...entriesOf(300).map((text) => `other ${text}`)] },
    ...{ witness: 'forked', auditorHolds: false },
  },
  {
    ...{ id: 'stolen-key', comment: 'a thief of the key signs a history of his own from the first entry' },
    ...{ entries: entriesOf(5000).map((text) => `forged ${text}`), witness: 'forked', auditorHolds: false },
  },
]

const sourceOf = (log: SmallLog, entries: readonly string[]): LogSource => {
  const files = log.serve(entries.length)
  return {
    read: (path) => {
      const resource = readResourcePath(path)
      if (resource?.kind !== 'entries') return files(path)
      const from = resource.number * TILE_WIDTH
      const bundle = entries.slice(from, from + resource.width).map((text) => Buffer.from(text))
      return Promise.resolve(bundle.length === resource.width ? writeBundle(bundle) : undefined)
    },
  }
}

describe('a history that was replaced, with the key of the log', () => {
  const signer = freshSigner()
  const seen = new SmallLog(honest, signer)
  for (const { id, comment, entries, witness: says, auditorHolds } of ATTEMPTS)
    it(`${id}: ${comment}; the witness says ${says}, the auditor that it ${auditorHolds ? 'holds' : 'does not hold'}`, async () => {
      const { witness, folder } = aWitness([signer])
      try {
        await lookAt(witness, seen.serve(BEFORE))
        const now = new SmallLog(entries, signer)
        assert.equal((await lookAt(witness, now.serve(entries.length))).what, says)
        assert.equal(witness.headOf(signer.name)?.size, says === 'cosigned' ? entries.length : BEFORE)
        const source = sourceOf(now, entries)
        const { findings } = await verifyLog({ source, logKey: signer.vkey, since: seen.head(BEFORE) })
        const holds = (what: string): boolean | undefined => findings.find((finding) => finding.what === what)?.holds
        assert.equal(holds('log.consistent'), auditorHolds)
        assert.equal(holds('entries.root'), true, 'by itself the log looks whole')
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
})
