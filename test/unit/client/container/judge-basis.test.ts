import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { judgeBasis } from '../../../../src/client/container/judge-basis.ts'
import type { LoggedEntry } from '../../../../src/client/container/judge-log.ts'
import { DECISION, grantFile } from '../../../../src/evidence/layout.ts'
import { canonicalJson, sha256Hex } from '../../../../src/schema/canonical-json.ts'

const GRANT = canonicalJson({ id: 'town-permit', disclose: { 'people/person@1': ['names'] }, validUntil: '2034-12-31' })
const OTHER = GRANT.replace('2034', '2035')
const DIGEST = sha256Hex(GRANT)
const FILE = { grant: 'town-permit', digest: DIGEST }
const AGREEMENTS = [{ registry: 'cars', digest: 'a'.repeat(64) }]

/** What is said of a decision with this result, beside these files: findings that hold or do not, and what cannot be known. */
function judged(result: object, files: Readonly<Record<string, string>>): readonly string[] {
  const decision = canonicalJson({ result: { granted: true, grant: 'town-permit', disclosure: {}, ...result } })
  const opened: LoggedEntry = { path: 'log/1-opened.json', says: { event: 'opened', decision: sha256Hex(decision) } }
  const held = Object.entries({ [DECISION]: decision, ...files }).map(
    ([path, text]) => [path, Buffer.from(text)] as const,
  )
  return said(judgeBasis(new Map(held), [opened]))
}

const said = ({ findings, unknown }: ReturnType<typeof judgeBasis>): readonly string[] => [
  ...findings.map(({ what, holds, about = '' }) => `${holds ? '✓' : '✗'} ${what} ${about}`.trim()),
  ...unknown.map(({ what, about = '' }) => `? ${what} ${about}`.trim()),
]

describe('the basis of a decision in evidence', () => {
  it('is the grant of the configuration that it names; that owners approved it nobody signed', () => {
    assert.deepEqual(judged({ file: FILE }, { [grantFile(DIGEST)]: GRANT }), [
      '✓ decision.digest',
      `✓ grant.digest ${grantFile(DIGEST)}`,
      '? grant.unsigned town-permit',
    ])
  })

  it('is not a grant that was changed, whatever it is called', () => {
    assert.ok(judged({ file: FILE }, { [grantFile(DIGEST)]: OTHER }).includes(`✗ grant.digest ${grantFile(DIGEST)}`))
    const renamed = judged({ file: FILE }, { [grantFile(sha256Hex(OTHER))]: OTHER })
    assert.deepEqual(renamed, [
      '✓ decision.digest',
      `✗ grant.digest ${grantFile(sha256Hex(OTHER))}`,
      `? grant.absent town-permit, ${DIGEST}`,
    ])
  })

  it('is not there where the grant was left out, or where a decision of before does not say what it read', () => {
    assert.deepEqual(judged({ file: FILE }, {}), ['✓ decision.digest', `? grant.absent town-permit, ${DIGEST}`])
    assert.deepEqual(judged({}, {}), ['✓ decision.digest', '? grant.configuration town-permit'])
  })

  it('is both where agreements open some registries and a file the others', () => {
    assert.deepEqual(judged({ file: FILE, agreements: AGREEMENTS }, { [grantFile(DIGEST)]: GRANT }), [
      '✓ decision.digest',
      `✓ grant.digest ${grantFile(DIGEST)}`,
      '? grant.unsigned town-permit',
      `? agreement.absent cars, ${'a'.repeat(64)}`,
    ])
  })

  it('is the grant that is called so, for a reader who sees no decision', () => {
    const files = new Map([[grantFile(DIGEST), Buffer.from(GRANT)]])
    assert.deepEqual(said(judgeBasis(files, [])), [`✓ grant.digest ${grantFile(DIGEST)}`])
    files.set(grantFile(DIGEST), Buffer.from(OTHER))
    assert.deepEqual(said(judgeBasis(files, [])), [`✗ grant.digest ${grantFile(DIGEST)}`])
  })
})
