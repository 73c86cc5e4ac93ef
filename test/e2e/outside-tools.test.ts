import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { noteVerifier } from '../../src/exchange-log/note.ts'
import { Estate, type Serving } from '../support/estate.ts'
import { edno, type Ended, ROOT, run } from '../support/processes.ts'

/** Nothing of ours: whoever does not trust edno can check it with tools that others made. */
describe('tools that others made', function () {
  this.timeout(180_000)
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

    it('reads health and catalogue without a certificate, and no exchange', async function () {
      await need(this, 'curl', '--version')
      const ca = ['--cacert', join(estate.folder, 'pki', 'ca.crt'), '-w', '\n%{http_code}']
      assert.match((await curl(...ca, `${serving.url}/readyz`)).stdout, /"ready":true.*\n200$/)
      assert.match((await curl(...ca, `${serving.url}/v1/services`)).stdout, /taxi-permit.*\n200$/)
      const refused = await curl(...ca, `${serving.url}/v1/exchanges/0195f2c0-0000-7000-8000-000000000001`)
      assert.match(refused.stdout, /access\.unauthenticated[^]*\n401$/)
    })
  })

  describe('the commands of the README, word for word', () => {
    let folder: string
    before(() => {
      folder = join(estate.folder, 'as-a-clone')
      mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
      // As in a clone after its set-up: the data folder, and the program that npx finds.
      symlinkSync(estate.folder, join(folder, '.edno'))
      symlinkSync(join(ROOT, 'dist', 'src', 'cli', 'main.js'), join(folder, 'node_modules', '.bin', 'edno'))
      // The address of the README, wherever this edno listens.
      writeFileSync(join(folder, '.curlrc'), `connect-to = 127.0.0.1:8443:${new URL(serving.url).host}\nsilent\n`)
    })

    const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(
      ([, text]) => text!,
    )
    /** The only one: of another nothing would be known. */
    const blockWith = (words: RegExp): string => {
      const found = blocks.filter((text) => words.test(text))
      assert.equal(found.length, 1, `the README has ${found.length} blocks with ${words.source}`)
      return found[0]!
    }
    const type = (text: string): Promise<Ended> =>
      run('sh', ['-euc', `cd "$CURL_HOME"\n${text}`], {
        ...estate.variables,
        ...{ CURL_HOME: folder, EDNO_HTTP_PORT: new URL(serving.url).port },
      })
    const kept = (name: string): string => readFileSync(join(folder, name), 'utf8')
    const change = (name: string, from: string, to: string): void => {
      assert.ok(kept(name).includes(from), from)
      writeFileSync(join(folder, name), kept(name).replace(from, to))
    }

    it('sign, send and verify a first exchange; what it says of one letter changed is so', async function () {
      for (const tool of ['curl', 'xmlsec1']) await need(this, tool, '--version')
      const block = blockWith(/\b(curl|openssl|xmlsec1) /)
      const done = await type(block)
      assert.equal(done.status, 0, done.stderr)
      assert.match(done.stdout + done.stderr, /^(OK|Verification status: OK)$/m)
      const answer = kept('answer.xml')
      assert.match(answer, /<Status>complete<\/Status>/)

      const [before = '', after = ''] = block.split(/^npx edno sign .*\n/m)
      const asked = estate.questions
      const again = await type(before + after)
      assert.deepEqual([again.status, kept('answer.xml')], [0, answer], again.stderr)

      change('answer.xml', '<Status>complete', '<Status>Complete')
      const verify = await type(before + after.slice(after.indexOf('xmlsec1')))
      assert.notEqual(verify.status, 0)
      assert.match(verify.stdout + verify.stderr, /^(FAIL|Verification status: FAILED)$/m)

      change('application.xml', '</Names>', 'а</Names>')
      await type(before + after)
      const { code, status } = JSON.parse(kept('answer.xml')) as { code: string; status: number }
      assert.deepEqual([code, status], ['signature.invalid', 401])
      assert.equal(estate.questions, asked)
    })

    it('send in one step, keep the evidence and verify it by pinned keys', async () => {
      const { status, stdout, stderr } = await type(blockWith(/\bedno verify evidence /))
      assert.equal(status, 0, stdout + stderr)
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
