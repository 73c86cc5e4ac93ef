import assert from 'node:assert/strict'
import { accessDesk } from '../../../src/app/access-desk.ts'
import type { Rules } from '../../../src/app/rules.ts'
import type { Agreement } from '../../../src/model/agreement.ts'
import { operationRef, partyId } from '../../../src/model/ids.ts'
import type { AgreementView } from '../../../src/model/agreement-view.ts'
import { digestOf } from '../../../src/policy/agreement/digest.ts'
import type { AccessRegister } from '../../../src/policy/register/access-register.ts'
import { type Cast, aCast, NOON } from '../policy/register/a-register.ts'

const PERSON = operationRef('people/person@1')

/** Seen by its consumer, where the manifest of the operation says this today. */
async function seen({ governance, content }: Cast, fields: readonly string[], disclosure?: 'checks-only') {
  const about = content({ operations: [{ operation: PERSON, fields }] })
  const agreement: Agreement = { digest: digestOf(about), content: about, acts: [] }
  const operations = new Map([[PERSON, { manifest: { disclosure } }]])
  const rules = { governance, catalogue: { services: new Map(), operations } } as unknown as Rules
  const view = await accessDesk({
    register: { find: () => Promise.resolve(agreement) } as unknown as AccessRegister,
    rules: () => rules,
    clock: () => NOON,
    track: (work) => work(),
    answerKeptHours: 1,
    quotasOf: () => Promise.resolve(new Map()),
  }).find(partyId('town'), agreement.digest)
  return view as AgreementView
}

describe('an agreement as its sides see it', () => {
  it('says of which operations it names fields, but only checks leave since', async () => {
    const cast = await aCast()
    assert.deepEqual((await seen(cast, ['names'], 'checks-only')).checksOnly, [PERSON])
    assert.equal('checksOnly' in (await seen(cast, [], 'checks-only')), false)
    assert.equal('checksOnly' in (await seen(cast, ['names'])), false)
  })
})
