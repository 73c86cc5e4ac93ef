import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { noteVerifier } from '../../src/exchange-log/note.ts'
import { Estate, type Serving } from '../support/estate.ts'
import { edno, type Ended, ROOT, run } from '../support/processes.ts'

/** Nothing of ours: whoever does not trust edno can check it with tools that others made. */
describe('tools that others made', function () {
  this.timeout(120_000)
  let estate: Estate
  let serving: Serving
  let evidence: string
  before(async () => {
    estate = await Estate.make()
    serving = await estate.serve()
    evidence = join(estate.folder, 'evidence')
    const ended = await edno(['submit', '--url', serving.url, '--out', evidence], estate.variables)
    assert.equal(ended.status, 0, ended.stderr)
  })
  after(() => estate.close())

  const file = (name: string): string => join(evidence, name)
  /** Skips, with the reason, where the tool is not installed. */
  const need = async (test: Mocha.Context, tool: string, ...args: string[]): Promise<void> => {
    const found = await run(tool, args).catch(() => undefined)
    if (found !== undefined) return
    process.stderr.write(`      ${tool} is not installed\n`)
    test.skip()
  }
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(file(name), content)
    return file(name)
  }

  describe('xmlsec1', () => {
    const verify = (answer: string, certificate: string): Promise<Ended> =>
      run('xmlsec1', ['--verify', '--pubkey-cert-pem', certificate, answer])

    it('verifies an answer with the certificate of edno alone', async function () {
      await need(this, 'xmlsec1', '--version')
      assert.equal((await verify(file('answer.xml'), file('broker.crt'))).status, 0)
    })

    it('refuses an answer with one letter changed, wherever it stands, and the certificate of another', async function () {
      await need(this, 'xmlsec1', '--version')
      const answer = readFileSync(file('answer.xml'), 'utf8')
      const edits = [
        ['<Result>pass</Result>', '<Result>fass</Result>'],
        ['<Status>complete', '<Status>Complete'],
        ['</Answer>', ' </Answer>'],
      ] as const
      for (const [place, [from, to]] of edits.entries()) {
        assert.ok(answer.includes(from), from)
        const changed = write(`changed-${place}.xml`, answer.replace(from, to))
        assert.notEqual((await verify(changed, file('broker.crt'))).status, 0, to)
      }
      assert.notEqual((await verify(file('answer.xml'), file('consumer.crt'))).status, 0)
    })
  })

  describe('openssl', () => {
    const verify = (key: string, text: string, signature: string): Promise<Ended> =>
      run('openssl', [
        'pkeyutl',
        '-verify',
        '-pubin',
        '-inkey',
        key,
        '-keyform',
        'DER',
        '-rawin',
        '-in',
        text,
        '-sigfile',
        signature,
      ])

    it("verifies the signature of the log's head, and refuses another head", async function () {
      await need(this, 'openssl', 'version')
      const proof = readFileSync(file('receipt.tlog-proof'), 'utf8')
      const checkpoint = proof.slice(proof.indexOf('\n\n') + 2)
      const [body = '', signatures = ''] = checkpoint.split('\n\n')
      const vkey = readFileSync(file('log.vkey'), 'utf8').trim()
      const { name } = noteVerifier(vkey)
      // The base64 part may hold plus signs, as evidence of other logs does: everything after the second one.
      const raw = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1)
      const key = write('log.der', Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]))
      const line = signatures.split('\n').find((text) => text.startsWith(`— ${name} `)) ?? ''
      const signature = write('log.sig', Buffer.from(line.split(' ')[2] ?? '', 'base64').subarray(4))
      const head = write('head', `${body}\n`)
      assert.equal((await verify(key, head, signature)).status, 0)
      const forged = write('forged-head', `${body}\n`.replace(/\n(\d+)\n/, '\n1$1\n'))
      assert.notEqual((await verify(key, forged, signature)).status, 0)
    })

    it('finds that the development CA issued the certificates, and that they say what they are not for', async function () {
      await need(this, 'openssl', 'version')
      for (const name of ['broker.crt', 'consumer.crt']) {
        assert.equal((await run('openssl', ['verify', '-CAfile', file('ca.crt'), file(name)])).status, 0, name)
        const { stdout } = await run('openssl', ['x509', '-noout', '-subject', '-in', file(name)])
        assert.match(stdout, /NOT FOR PRODUCTION/)
      }
    })
  })

  describe('curl', () => {
    const curl = (...args: string[]): Promise<Ended> => run('curl', ['--silent', '--show-error', ...args])
    const asTroyan = (): string[] => {
      const pki = join(estate.folder, 'pki')
      const tls = join(pki, 'parties', 'troyan', 'tls')
      return ['--cacert', join(pki, 'ca.crt'), '--cert', `${tls}.crt`, '--key', `${tls}.key`]
    }

    it('does the first exchange of the README, twice with the same answer', async function () {
      await need(this, 'curl', '--version')
      const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
      for (const words of ['--cacert $pki/ca.crt', '--data-binary @application.xml', '/v1/exchanges -o answer.xml'])
        assert.ok(readme.includes(words), `the README no longer says ${words}`)
      const application = file('curl-application.xml')
      assert.equal((await edno(['sign', '--scenario', 'taxi', '--out', application], estate.variables)).status, 0)
      const post = (out: string): Promise<Ended> =>
        curl(
          ...asTroyan(),
          ...['-H', 'Content-Type: application/xml', '--data-binary', `@${application}`],
          ...['-w', '%{http_code}', `${serving.url}/v1/exchanges`, '-o', file(out)],
        )
      const first = await post('curl-1.xml')
      assert.deepEqual([first.status, first.stdout], [0, '200'], first.stderr)
      const asked = estate.questions
      assert.equal((await post('curl-2.xml')).stdout, '200')
      assert.deepEqual(readFileSync(file('curl-2.xml')), readFileSync(file('curl-1.xml')))
      assert.equal(estate.questions, asked)

      writeFileSync(application, readFileSync(application, 'utf8').replace('</Names>', 'а</Names>'))
      assert.equal((await post('curl-3.json')).stdout, '401')
      assert.match(readFileSync(file('curl-3.json'), 'utf8'), /"code":"signature\.invalid"/)
      assert.equal(estate.questions, asked)
    })

    it('reads health and catalogue without a certificate, and no exchange', async function () {
      await need(this, 'curl', '--version')
      const ca = ['--cacert', join(estate.folder, 'pki', 'ca.crt'), '-w', '\n%{http_code}']
      assert.match((await curl(...ca, `${serving.url}/readyz`)).stdout, /"ready":true.*\n200$/)
      assert.match((await curl(...ca, `${serving.url}/v1/services`)).stdout, /taxi-permit.*\n200$/)
      const refused = await curl(...ca, `${serving.url}/v1/exchanges/0195f2c0-0000-7000-8000-000000000001`)
      assert.match(refused.stdout, /access\.unauthenticated[^]*\n401$/)
    })
  })

  describe('openssl, jq and curl', () => {
    it('read what was asked for, accept it and suspend it, as docs/agreements.md tells', async function () {
      for (const tool of ['openssl version', 'jq --version', 'curl --version'])
        await need(this, ...(tool.split(' ') as [string, string]))
      const page = readFileSync(join(ROOT, 'docs', 'agreements.md'), 'utf8')
      const script = write('decide.sh', /<!-- decide.sh -->\n```sh\n(.*?)```/s.exec(page)![1]!)
      const asked = await edno(
        [
          'access',
          'request',
          '--party',
          'troyan',
          '--service',
          'vehicle-tax@1',
          '--registry',
          'maritime-registry',
        ].concat('--url', serving.url, '--json'),
        estate.variables,
      )
      const { agreements } = JSON.parse(asked.stdout) as { agreements: readonly { digest: string }[] }
      const pki = join(estate.folder, 'pki')
      const own = join(pki, 'parties', 'iama')
      const decide = (...args: string[]): Promise<Ended> =>
        run('bash', [script, ...args], {
          ...{ URL: serving.url, PARTY: 'iama', CA: join(pki, 'ca.crt') },
          ...{ TLS: join(own, 'tls'), SEAL: join(own, 'seal') },
        })
      const accepted = await decide('accept', agreements[0]!.digest)
      assert.deepEqual([accepted.status, accepted.stdout], [0, 'valid\n'], accepted.stderr)
      const suspended = await decide('suspend', agreements[0]!.digest, 'A leak is being looked into, „така“')
      assert.deepEqual([suspended.status, suspended.stdout], [0, 'suspended\n'], suspended.stderr)
    })
  })
})
