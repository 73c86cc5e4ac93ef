import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signedContent } from '../../src/client/signed-content.ts'
import { readCertificate } from '../../src/pki/read-certificate.ts'
import { makeIdentity, type TestIdentity } from '../support/certificates.ts'
import { applicationXml } from '../support/documents.ts'
import { Estate, type Serving } from '../support/estate.ts'
import { edno, type Ended, ROOT, run } from '../support/processes.ts'

/** The blocks of commands of a page of the documentation. */
const page = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8')
const blockOf = (name: string, words: RegExp, language = 'sh'): string => {
  const blocks = [...page(name).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text]) => text!,
  )
  const found = blocks.filter((text) => words.test(text))
  assert.equal(found.length, 1, `${name} has ${found.length} blocks with ${words.source}`)
  return found[0]!
}

describe('the commands of the documentation, word for word', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  let folder: string
  let exchange: string
  before(async () => {
    estate = await Estate.make()
    serving = await estate.serve()
    folder = join(estate.folder, 'as-a-clone')
    mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
    symlinkSync(join(ROOT, 'dist', 'src', 'cli', 'main.js'), join(folder, 'node_modules', '.bin', 'edno'))
    // The address of the pages, wherever this edno listens.
    writeFileSync(
      join(folder, '.curlrc'),
      `connect-to = 127.0.0.1:8443:${new URL(serving.url).host}\nsilent\nfail-with-body\n`,
    )
    copyFileSync(join(estate.folder, 'pki', 'ca.crt'), join(folder, 'ca.crt'))
    const out = join(folder, 'evidence')
    const sent = await edno(['submit', '--url', serving.url, '--out', out, '--json'], estate.variables)
    assert.equal(sent.status, 0, sent.stderr)
    exchange = (JSON.parse(sent.stdout) as { answer: { exchangeId: string } }).answer.exchangeId
  })
  after(() => estate.close())

  const type = (text: string, more: Record<string, string> = {}): Promise<Ended> =>
    run('sh', ['-euc', `cd "$CURL_HOME"\nexport PATH="$CURL_HOME/node_modules/.bin:$PATH"\n${text}`], {
      ...estate.variables,
      ...{ CURL_HOME: folder, EDNO_HTTP_PORT: new URL(serving.url).port },
      ...more,
    })
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)
  const kept = (name: string): Buffer => readFileSync(join(folder, name))
  const need = async (test: Mocha.Context, ...tools: string[]): Promise<void> => {
    for (const tool of tools) {
      if ((await run('which', [tool])).status === 0) continue
      process.stderr.write(`      ${tool} is not installed\n`)
      test.skip()
    }
  }
  const keep = ({ certificatePem, privateKeyPem }: TestIdentity): void => {
    write('certificate.pem', certificatePem)
    write('key.pem', privateKeyPem)
  }
  const isAccepted = (bytes: Uint8Array, { certificatePem }: TestIdentity): boolean =>
    signedContent(bytes, readCertificate(certificatePem), 'application') !== undefined

  it('seal an application with xmlsec1 and its template, which edno accepts (signatures.md)', async function () {
    await need(this, 'xmlsec1')
    const identity = await makeIdentity('troyan', 'p-256')
    keep(identity)
    const template = blockOf('signatures.md', /ecdsa-sha256.*<\/Application>/s, 'xml')
    write('template.xml', applicationXml().replace('</Application>', template.trim()))
    const done = await type(blockOf('signatures.md', /^xmlsec1 --sign/m))
    assert.equal(done.status, 0, done.stdout + done.stderr)
    assert.equal((done.stdout + done.stderr).match(/^(OK|Verification status: OK)$/gm)?.length, 2)
    assert.ok(isAccepted(kept('application.xml'), identity))
  })

  it('seal one with openssl alone, which edno accepts (signatures.md)', async function () {
    await need(this, 'openssl')
    const identity = await makeIdentity('troyan', 'rsa-2048')
    keep(identity)
    const unsigned = applicationXml()
    write('application.xml', unsigned)
    const [digesting = '', signing = ''] = blockOf('signatures.md', /^openssl dgst -sha256 -binary/m).split('\n')
    const digest = await type(digesting)
    assert.equal(digest.status, 0, digest.stderr)
    const template = blockOf('signatures.md', /ecdsa-sha256.*<\/Application>/s, 'xml')
    const info = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s
      .exec(template)![0]
      .replaceAll('\n', '')
      .replace('ecdsa-sha256', 'rsa-sha256')
      .replace('<ds:DigestValue/>', `<ds:DigestValue>${digest.stdout.trim()}</ds:DigestValue>`)
      .replaceAll(/<(ds:\w+)( [^>]*)\/>/g, '<$1$2></$1>')
    const own = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    write('signedinfo.xml', info.replace('<ds:SignedInfo>', `<ds:SignedInfo ${own}>`))
    const value = await type(signing)
    assert.equal(value.status, 0, value.stderr)
    const der = identity.certificatePem.replaceAll(/-----.*-----|\s/g, '')
    const signature =
      `<ds:Signature ${own}>${info}<ds:SignatureValue>${value.stdout.trim()}</ds:SignatureValue>` +
      `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
    assert.ok(isAccepted(Buffer.from(unsigned.replace('</Application>', `${signature}</Application>`)), identity))
  })

  it('fetch the trust document and verify evidence by it (certificates.md)', async function () {
    await need(this, 'curl')
    // The name of an edno elsewhere; this one listens here.
    const block = blockOf('certificates.md', /\/v1\/trust -o/).replaceAll('edno.example.org', '127.0.0.1')
    const done = await type(block)
    assert.equal(done.status, 0, done.stdout + done.stderr)
    assert.match(kept('trust.jws').toString(), /^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it('ask for a person as a portal, by the names of the Data Tracker (who-asked.md)', async function () {
    await need(this, 'curl')
    const own = join(estate.folder, 'pki', 'parties', 'citizen-portal')
    for (const kind of ['crt', 'key']) copyFileSync(join(own, `tls.${kind}`), join(folder, `portal.${kind}`))
    const block = blockOf('who-asked.md', /findUsage/)
    const question = /^# question\.json: (.*)$/m.exec(block)![1]!
    write('question.json', question.replace('PNOBG-…', 'PNOBG-8427029967'))
    const done = await type(block, { ca: 'ca.crt' })
    assert.equal(done.status, 0, done.stdout + done.stderr)
    assert.ok(done.stdout.includes(exchange), done.stdout)
  })

  it('write a page for a citizen, and search as an auditor (who-asked.md)', async () => {
    write('number.txt', '8427029967\n')
    const page = await type(blockOf('who-asked.md', /^edno subject report/m))
    assert.equal(page.status, 0, page.stdout + page.stderr)
    assert.equal(kept('report.pdf').subarray(0, 5).toString(), '%PDF-')
    const search = await type(blockOf('who-asked.md', /^edno audit person/m))
    assert.equal(search.status, 0, search.stdout + search.stderr)
  })

  it('keep, hold, release and erase (OPERATING.md)', async () => {
    const lines = blockOf('OPERATING.md', /^npx edno retention run/m)
      .trim()
      .replaceAll('ID', exchange)
      .split('\n')
    for (const line of lines) {
      const done = await type(line)
      assert.equal(done.status, 0, line + done.stdout + done.stderr)
      if (!line.includes('retention hold')) continue
      const released = await type(line.replace('hold', 'release'))
      assert.equal(released.status, 0, released.stdout + released.stderr)
    }
  })
})
