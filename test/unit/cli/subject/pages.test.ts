import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { pageOf } from '../../../../src/cli/subject/page.ts'
import { writeHtml } from '../../../../src/cli/subject/write-html.ts'
import { writePdf } from '../../../../src/cli/subject/write-pdf.ts'
import type { DataUsage } from '../../../../src/model/data-tracker.ts'
import type { ExchangeId } from '../../../../src/model/ids.ts'

const usage = (changes: Partial<DataUsage> = {}): DataUsage => ({
  logtime: '2026-03-01T10:00:00.000Z',
  action: 'Такси <script>alert(1)</script> & "още"',
  receiverCode: '2.999.1.1',
  receiverName: 'Община Троян',
  receiverSystem: 'troyan',
  exchangeId: '0198c7b2-0000-7000-8000-000000000001' as ExchangeId,
  service: 'taxi-permit@1',
  legalBasis: { code: 'zavp-24a', text: 'Закон за автомобилните превози, чл. 24а' },
  as: ['applicant'],
  registries: [{ registry: 'civil-registry', name: 'ЕСГРАОН', provider: 'ГРАО' }],
  ...changes,
})
const page = (language: 'bg' | 'en', usages: readonly DataUsage[]) =>
  pageOf({
    ...{ language, usages, from: '2026-01-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' },
    madeAt: '2026-03-02T00:00:00.000Z',
  })

describe('the page for a citizen', () => {
  it('says who asked whom, when, what for and on which basis, in their language and by the clock of Sofia', () => {
    const html = writeHtml(page('bg', [usage()]))
    for (const said of ['lang="bg"', 'Кой е питал за мен', '1 март 2026', '12:00', 'Община Троян', 'ЕСГРАОН (ГРАО)'])
      assert.ok(html.includes(said), said)
    const english = writeHtml(page('en', [usage({ registries: [] })]))
    for (const said of ['lang="en"', 'Who asked about me', 'no registry was asked'])
      assert.ok(english.includes(said), said)
  })

  it('says the legal basis once', () => {
    const { legalBasis } = usage()
    const html = writeHtml(page('bg', [usage({ action: `Такси (${legalBasis.text})` })]))
    assert.equal(html.split(legalBasis.text).length, 2)
    assert.match(html, /<dd>Такси<\/dd>/)
  })

  it('says so where nobody asked', () => {
    assert.match(writeHtml(page('en', [])), /no administration asked/)
  })

  it('holds nothing that runs or is fetched, and lets nothing in that does', () => {
    const html = writeHtml(page('bg', [usage()]))
    assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;още&quot;'))
    assert.doesNotMatch(html, /<script|<img|<link|<iframe|src=|href=|url\(|@import|https?:|\son\w+=/i)
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? []
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'$/,
    )
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? []
    assert.ok(policy.includes(createHash('sha256').update(style).digest('base64')), 'the digest is of the style')
  })

  it('can be printed: a PDF with its own letters, on as many sheets as it takes', async function () {
    // Fonts are read and cut to their letters for each.
    this.timeout(60_000)
    const short = await writePdf(page('bg', [usage()]))
    assert.equal(short.subarray(0, 5).toString(), '%PDF-')
    assert.match(short.toString('latin1'), /\/FontFile2/)
    assert.match(short.toString('latin1'), /\/Lang \(bg\)/)
    assert.equal(sheetsIn(short), 1)
    assert.ok(
      sheetsIn(
        await writePdf(
          page(
            'bg',
            Array.from({ length: 30 }, () => usage()),
          ),
        ),
      ) > 3,
    )
    assert.equal(sheetsIn(await writePdf(page('en', []))), 1)
  })
})

const sheetsIn = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0
