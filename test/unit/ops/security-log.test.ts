import assert from 'node:assert/strict'
import { makeLogger } from '../../../src/ops/logger.ts'
import { createSecurityLog, type SecurityLogOptions } from '../../../src/ops/security-log.ts'

const CERTIFICATE = 'ab1234ac8427029967'.padEnd(64, 'e')

function aLog(options: Omit<SecurityLogOptions, 'logger'> = {}) {
  const written: string[] = []
  const log = createSecurityLog({
    logger: makeLogger({ level: 'info', write: (line) => written.push(line) }),
    ...options,
  })
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

describe('the security log', () => {
  it('says why, from which network, and with which certificate, by its beginning', () => {
    const { log, lines } = aLog()
    log.refused({ code: 'signature.invalid', address: '192.0.2.77', certificate: CERTIFICATE })
    log.close()
    assert.equal(lines().length, 1)
    const { code, address, certificate } = lines()[0]!
    assert.deepEqual([code, address, certificate], ['signature.invalid', '192.0.2.0/24', 'ab:12:34:ac:84:27:02:99'])
  })

  it('writes so many lines in a period and counts the rest, so that a flood does not fill the disk', () => {
    const { log, lines } = aLog({ linesPerPeriod: 3 })
    for (let n = 0; n < 10; n += 1) log.refused({ code: 'access.unauthenticated', address: '192.0.2.1' })
    log.counted('request.rate-limited')
    assert.equal(lines().length, 3)
    log.close()
    assert.deepEqual(
      lines()
        .slice(3)
        .map(({ code, count }) => [code, count]),
      [
        ['access.unauthenticated', 7],
        ['request.rate-limited', 1],
      ],
    )
  })
})
