import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { sentenceOfLog } from '../../../src/cli/log-source-options.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'

describe('why a log behind an address could not be read', () => {
  const failed = (code: string): string =>
    sentenceOfLog(
      new BrokerError('broker.log-unavailable', `checkpoint of the log cannot be fetched: ${code}`, {
        cause: Object.assign(new Error(code), { code }),
      }),
    )

  it('names --ca where the authority of its certificate is not known, and nowhere else', () => {
    for (const code of ['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'DEPTH_ZERO_SELF_SIGNED_CERT'])
      assert.match(failed(code), /name it with --ca FILE/)
    assert.doesNotMatch(failed('ECONNREFUSED'), /--ca/)
  })
})
