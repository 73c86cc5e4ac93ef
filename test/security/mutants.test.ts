import assert from 'node:assert/strict'
import { runJwsMutants, runMutants } from './mutants.ts'

describe('a signed application changed at random', () => {
  it('is refused, or what the pipeline reads is what was signed', async function () {
    this.timeout(180_000)
    const { refused, unchanged, codes } = await runMutants(2000)
    assert.equal(refused + unchanged, 2000)
    assert.ok(unchanged > 0)
    // Were nearly all of them no XML at all, little would be shown.
    for (const code of ['signature.invalid', 'signature.structure']) assert.ok((codes.get(code) ?? 0) > 100, code)
  })

  it('is refused, or read as signed, where it is a JWS', async function () {
    this.timeout(180_000)
    const { refused, unchanged, codes } = await runJwsMutants(2000)
    assert.equal(refused + unchanged, 2000)
    assert.ok(unchanged > 0)
    for (const code of ['signature.invalid', 'signature.structure', 'request.malformed'])
      assert.ok((codes.get(code) ?? 0) > 100, `${code}: ${codes.get(code) ?? 0}`)
  })
})
