import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { judgeRevocation, judgeRevocations } from '../../../../src/client/container/judge-revocation.ts'
import { sayVerdict } from '../../../../src/client/container/say-verdict.ts'
import type { ContainerFinding } from '../../../../src/client/container/verdict.ts'
import { revocationStep } from '../../../../src/evidence/revocation-step.ts'
import type { ChainCertificate } from '../../../../src/pki/chain-certificate.ts'
import { FETCH_LIMITS, statusFetcher } from '../../../../src/pki/fetch-status.ts'
import { askOcsp } from '../../../../src/pki/ocsp.ts'
import { hasOpenssl, OpensslCa } from '../../../support/openssl-ca.ts'

const HOUR_MS = 3_600_000

interface Case {
  readonly kind?: 'ocsp' | 'crl'
  readonly certificate?: ChainCertificate
  readonly issuers?: readonly ChainCertificate[]
  readonly proof: Uint8Array | undefined
  readonly at?: Date
}

describe('whether a certificate was revoked when edno received it, by the container alone', function () {
  this.timeout(60_000)
  let ca: OpensslCa
  let other: OpensslCa
  let good: Uint8Array
  before(async function () {
    if (!hasOpenssl()) this.skip()
    ca = new OpensslCa('Same name')
    other = new OpensslCa('Same name')
    for (const authority of [ca, other]) {
      for (const name of ['seal', 'gone']) authority.issue(name)
      authority.issue('responder', 'responder')
      authority.tell('seal', 'good')
      authority.tell('gone', 'revoked')
    }
    good = await answerOf(ca, 'seal')
  })
  after(() => {
    ca.close()
    other.close()
  })

  /** What the responder of an authority says of a certificate. */
  const answerOf = async (authority: OpensslCa, name: string, by = 'responder', options?: string[]) => {
    const { request } = askOcsp(authority.read(name), authority.certificate)
    const said = await statusFetcher({ ...FETCH_LIMITS, timeoutMs: 30_000 })(
      await authority.responder(by, options),
      request,
    )
    return said ?? assert.fail('the responder did not answer')
  }

  const filesOf = ({ kind = 'ocsp', certificate = ca.read('seal'), issuers = [ca.certificate], ...more }: Case) => {
    const at = more.at ?? new Date()
    const pem = ({ der }: ChainCertificate): Buffer =>
      Buffer.from(
        `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
      )
    return new Map<string, Buffer>([
      ['exchange.json', Buffer.from(JSON.stringify({ receivedAt: at.toISOString() }))],
      ['certificates/application.crt', pem(certificate)],
      ...issuers.map((issuer, index): [string, Buffer] => [`revocation/application.${index + 1}.crt`, pem(issuer)]),
      ...(more.proof === undefined
        ? []
        : [[`revocation/application.1.${kind}`, Buffer.from(more.proof)] as [string, Buffer]]),
    ])
  }

  /** edno's verdict: `holds`, or why not; `path` where the certificates do not lead to each other. */
  const judged = (one: Case): string => {
    const { findings } = judgeRevocation(filesOf(one), [])
    const failing = findings.filter(({ holds }) => !holds)
    if (failing.length === 0) return 'holds'
    return failing.map(({ what, word }) => (what === 'application.issuers' ? 'path' : word?.why)).join(' ')
  }

  /** The commands of the README, run by openssl on the same files. */
  const opensslSays = (one: Case): boolean => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-revocation-'))
    try {
      for (const [path, bytes] of filesOf(one)) {
        mkdirSync(join(folder, path, '..'), { recursive: true })
        writeFileSync(join(folder, path), bytes)
      }
      const { kind = 'ocsp', certificate = ca.read('seal'), issuers = [ca.certificate], at = new Date() } = one
      const proofs = issuers.map(({ der }) => ({ kind, bytes: one.proof ?? Buffer.alloc(0), issuer: der }))
      const content = { revocation: { application: { at, proofs } }, signers: { application: certificate.der } }
      const [step] = revocationStep(content as unknown as Parameters<typeof revocationStep>[0], 'application')
      return spawnSync('sh', ['-e'], { cwd: folder, input: step!.commands }).status === 0
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const bothSay = (one: Case, ours: string): void => {
    assert.equal(judged(one), ours)
    assert.equal(opensslSays(one), ours === 'holds', 'openssl')
  }

  it('is shown by the response that edno got then, and openssl agrees', () => bothSay({ proof: good }, 'holds'))

  it('is shown by a list, and by a responder that is the issuer itself', async () => {
    bothSay({ kind: 'crl', proof: ca.list() }, 'holds')
    bothSay({ proof: await answerOf(ca, 'seal', 'ca') }, 'holds')
  })

  it('is not shown where the issuer says that it was revoked', async () => {
    const gone = { certificate: ca.read('gone') }
    bothSay({ ...gone, proof: await answerOf(ca, 'gone') }, 'revoked')
    bothSay({ ...gone, kind: 'crl', proof: ca.list() }, 'revoked')
  })

  it('is not shown by a response about another certificate of the same issuer', async () => {
    bothSay({ certificate: ca.read('gone'), proof: good }, 'other-certificate')
  })

  it('is not shown by a response or a list of another issuer, although it bears the same name', async () => {
    bothSay({ proof: await answerOf(other, 'seal') }, 'wrong-signer')
    bothSay({ kind: 'crl', proof: other.list() }, 'wrong-signer')
    const stranger = new OpensslCa('Another name')
    bothSay({ kind: 'crl', proof: stranger.list() }, 'of-other-issuer')
    stranger.close()
  })

  it('is not shown by the word of an issuer that did not issue the certificate, put in the place of the one that did', async () => {
    const theirs = { issuers: [other.certificate], proof: await answerOf(other, 'seal') }
    assert.equal(judged(theirs), 'path other-certificate')
    assert.equal(opensslSays(theirs), false)
    assert.equal(judged({ kind: 'crl', issuers: [other.certificate], proof: other.list() }), 'path')
  })

  it('is not shown by a response that was signed by a certificate which is not for that', async () => {
    bothSay({ proof: await answerOf(ca, 'seal', 'gone') }, 'wrong-signer')
  })

  it('is not shown by what was said long before, or only afterwards: the issuer may have changed its mind', async () => {
    assert.equal(judged({ proof: good, at: new Date(Date.now() + HOUR_MS) }), 'stale')
    // An hour ago its certificates were not there either.
    const before = new Date(Date.now() - HOUR_MS)
    assert.equal(judged({ proof: await answerOf(ca, 'seal', 'ca'), at: before }), 'path stale')
    assert.equal(judged({ kind: 'crl', proof: ca.list(), at: before }), 'path stale')
    assert.equal(judged({ proof: good, at: before }), 'path wrong-signer')
    bothSay({ kind: 'crl', proof: ca.list(), at: new Date(Date.now() + 8 * 24 * HOUR_MS) }, 'stale')
  })

  it('is not shown by a response or a list of which one byte was changed, in what is signed or in the signature', async () => {
    const list = ca.list()
    for (const [kind, proof] of [
      ['ocsp', good],
      ['crl', list],
    ] as const) {
      const said = new Set<string>()
      // What wraps the responder's certificate is not signed, and says nothing; the certificate itself is its issuer's word.
      const carried = Buffer.from(proof).indexOf(ca.read('responder').der)
      const end = kind === 'ocsp' ? carried - 12 : proof.length
      for (let at = 30; at < end; at += 7) {
        const changed = Buffer.from(proof)
        changed[at] = (changed[at] ?? 0) ^ 1
        said.add(judged({ kind, proof: changed }))
      }
      assert.ok(!said.has('holds'), `${kind}: ${[...said].join(', ')}`)
      const changed = Buffer.from(proof)
      changed[60] = (changed[60] ?? 0) ^ 1
      assert.equal(opensslSays({ kind, proof: changed }), false)
    }
  })

  it('is not shown by garbage, and not by a list in the place of a response', () => {
    bothSay({ proof: Buffer.from('no response') }, 'not-readable')
    bothSay({ proof: ca.list() }, 'not-readable')
    bothSay({ kind: 'crl', proof: good }, 'not-readable')
    assert.equal(judged({ proof: undefined }), 'no-answer')
  })

  it('cannot be known where nobody was asked, and nothing is said of an application that nobody signed', () => {
    assert.deepEqual(judgeRevocation(filesOf({ issuers: [], proof: undefined }), []), {
      findings: [],
      unknown: [{ what: 'application.revocation' }],
    })
    assert.deepEqual(judgeRevocation(new Map(), []), { findings: [], unknown: [] })
  })

  it('is judged as of the entry in the log where the container names another time of reception', () => {
    const files = filesOf({ proof: good })
    const opened = (time: Date) => [{ path: 'log/1-opened.json', says: { event: 'opened', time: time.toISOString() } }]
    const holds = (time: Date): boolean => judgeRevocation(files, opened(time)).findings.every((each) => each.holds)
    assert.equal(holds(new Date(Date.now() + 1000)), true)
    assert.equal(holds(new Date(Date.now() + HOUR_MS)), false)
    assert.equal(holds(new Date(Date.now() - HOUR_MS)), false)
  })

  it('is not shown where neither container nor log says when it was received', () => {
    const files = filesOf({ proof: good }).set('exchange.json', Buffer.from('{}'))
    assert.equal(
      judgeRevocation(files, []).findings.some(({ holds }) => holds),
      false,
    )
  })

  describe('of who signed the answer or its acknowledgement', () => {
    const entriesNow = () =>
      ['answered', 'acknowledged'].map((event, at) => ({
        path: `log/${at + 1}-${event}.json`,
        says: { event, time: new Date().toISOString() },
      }))
    /** The same files, of another document. */
    const filesAs = (of: 'answer' | 'acknowledgement', one: Case) =>
      new Map([...filesOf(one)].map(([path, bytes]) => [path.replace('application', of), bytes] as const))
    const judgedAs = (of: 'answer' | 'acknowledgement', one: Case, signer: string, logged = entriesNow()) => {
      const { findings, unknown } = judgeRevocations(filesAs(of, one), {
        ...{ entries: logged, log: {}, answer: {}, acknowledgement: {}, [of]: { signer } },
      })
      return [...findings.map(({ what, holds }) => `${what} ${holds}`), ...unknown.map(({ what }) => what)]
    }

    for (const of of ['answer', 'acknowledgement'] as const)
      it(`is judged by the certificate under which the ${of} holds, at the time of its entry, and nothing else`, () => {
        const { sha256 } = ca.read('seal')
        const unknown = [`${of}.revocation`]
        assert.deepEqual(judgedAs(of, { proof: good }, sha256), [`${of}.issuers true`, `${of}.not-revoked true`])
        assert.deepEqual(judgedAs(of, { proof: ca.list(), kind: 'crl' }, ca.read('gone').sha256), unknown, 'another')
        assert.deepEqual(judgedAs(of, { proof: good }, sha256, []), unknown, 'no entry')
        assert.deepEqual(judgedAs(of, { proof: undefined, issuers: [] }, sha256), unknown, 'nothing was told')
        const gone = { certificate: ca.read('gone'), kind: 'crl', proof: ca.list() } as const
        assert.deepEqual(judgedAs(of, gone, ca.read('gone').sha256), [`${of}.issuers true`, `${of}.not-revoked false`])
      })
  })

  it('is told in sentences, in both languages: by what, of when, signed by whom, or why it is not shown', async () => {
    const say = (findings: readonly ContainerFinding[]) =>
      sayVerdict({ holds: true, findings, unknown: [], questions: { asked: 'yes', answered: 'yes', reached: 'yes' } })
    const [, shown] = say(judgeRevocation(filesOf({ proof: good }), []).findings).sentences
    assert.match(
      shown!.text.en,
      /was not revoked when edno received it, as the OCSP response of 20\d\d-.*Z, signed by .*CN=Same name, says\.$/,
    )
    assert.match(shown!.text.bg, /не е бил отменен, когато edno го е получил: така казва отговорът \(OCSP\) от 20/)
    const gone = { certificate: ca.read('gone'), kind: 'crl' as const, proof: ca.list() }
    const [, fails] = say(judgeRevocation(filesOf(gone), []).findings).sentences
    assert.match(fails!.text.en, /is NOT shown by the revocation list \(CRL\) of .*: it had been revoked before\.$/)
    assert.match(fails!.text.bg, /НЕ е показано от списъка на отменените \(CRL\) на .*: отменен е бил преди това\.$/)
    assert.equal(fails!.mark, 'fails')
  })
})
