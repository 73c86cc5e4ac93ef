import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { chromiumProgram } from '../support/chromium.ts'
import { Estate, type Serving } from '../support/estate.ts'
import type { Started } from '../support/processes.ts'

/** The page in a browser, over `edno audit open` as over a certificate of the browser's own. */
describe('the page for auditors in a browser', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let view: Started
  let origin = ''
  const ids: string[] = []
  const complaints: string[] = []
  const addresses = new Set<string>()
  before(async function () {
    const executablePath = chromiumProgram()
    if (executablePath === undefined) {
      console.log('      left out, because there is no chromium')
      this.skip()
    }
    estate = await Estate.make()
    serving = await estate.serve()
    const client = estate.client(serving.url)
    for (const scenario of ['taxi', 'registry-error', 'vehicle-tax']) {
      const signed = estate.sign(scenario)
      await client.send(signed.bytes)
      ids.unshift(signed.exchangeId)
    }
    browser = await chromium.launch({ executablePath })
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    page = await context.newPage()
    page.on('console', (message) => void complaints.push(message.text()))
    page.on('request', (request) => void addresses.add(new URL(request.url()).origin))
    view = estate.begin({ EDNO_HTTP_PORT: new URL(serving.url).port }, [
      ...['audit', 'open', '--party', 'audit-office', '--lang', 'en'],
    ])
    await view.said('?key=')
    const address = /http:\S+\?key=\S+/.exec(view.stdout())![0]
    origin = new URL(address).origin
    await page.goto(address)
  })
  after(async () => {
    if (chromiumProgram() === undefined) return
    await context.close()
    await browser.close()
    await estate.close()
  })

  const accessible = async (): Promise<void> => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]),
      [],
      page.url(),
    )
  }
  const fits = async (): Promise<void> => {
    // Tables move within their own frames, never the whole page.
    const [wide, seen] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )
    assert.ok(wide <= seen, `${page.url()}: ${wide} of ${seen}`)
  }
  const listed = (): Promise<string[]> => page.locator('.exchanges code.id').allTextContents()
  const main = (): Promise<string> => page.locator('main').innerText()

  it('opens, says what it is, and is clean for who sees and who does not', async () => {
    assert.match(await page.title(), /^Exchanges · edno$/)
    assert.match(await main(), /First visit with this browser/)
    await accessible()
    await fits()
  })

  it('is used by the keyboard alone: from the form to the list to one exchange and on', async () => {
    await page.keyboard.press('Tab')
    assert.equal(await page.locator(':focus').getAttribute('href'), '#content')
    await page.locator('#from').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/from=/)
    assert.doesNotMatch(page.url(), /consumer=|case=/)
    assert.deepEqual(await listed(), ids)
    assert.match(await main(), /Is the log whole since your last visit\?\s+Yes/)
    await accessible()
    await fits()
    await page.locator('.exchanges tbody a').first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/audit\/exchanges\//)
    assert.match(await page.locator('h1').innerText(), new RegExp(ids[0]!))
    await page.locator('a[rel=next]').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(ids[1]!))
    assert.match(await main(), /attempt 1/)
    await accessible()
    await fits()
  })

  it('draws each call as a bar in the time that it took', async () => {
    const bars = await page.locator('.waterfall rect.piece').all()
    assert.ok(bars.length > 3)
    const whole = (await page.locator('.waterfall rect.whole').boundingBox())!
    for (const bar of bars) {
      const { x, width } = (await bar.boundingBox())!
      assert.ok(width > 0 && x >= whole.x - 1 && x + width <= whole.x + whole.width + 60)
    }
    const [green, red] = await Promise.all(
      ['found', 'failed'].map((kind) =>
        page
          .locator(`.waterfall rect.${kind}`)
          .first()
          .evaluate(
            (bar) =>
              (globalThis as unknown as { getComputedStyle: (of: unknown) => { fill: string } }).getComputedStyle(bar)
                .fill,
          ),
      ),
    )
    assert.notEqual(green, red)
  })

  it('shows failed ones only, verifies, and hands evidence out', async () => {
    await page.getByRole('link', { name: '← To the list' }).click()
    await page.getByRole('link', { name: 'Failed only' }).click()
    await page.waitForURL(/outcome=failed/)
    assert.deepEqual(await listed(), [ids[1]!])
    await page.locator('.exchanges tbody a').first().click()
    await page.getByRole('link', { name: 'Verify the evidence' }).click()
    await page.waitForURL(/\/verification/)
    assert.match(await main(), /Everything that could be checked holds/)
    await accessible()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /Download the evidence/ }).click(),
    ])
    assert.equal(download.suggestedFilename(), `${ids[1]}.asice`)
  })

  it('looks for an official without an address that names one', async () => {
    await page.goto(`${origin}/audit`)
    await page.getByText('By official').click()
    await page.selectOption('#official-consumer', 'troyan')
    await page.fill('#identifier', 'clerk-1')
    await page.keyboard.press('Enter')
    await page.waitForURL(/official=[0-9a-f]{32}/)
    assert.deepEqual(await listed(), ids)
    assert.doesNotMatch(page.url(), /clerk/)
  })

  it('speaks Bulgarian as well, fits a small screen, and leaves forms off paper', async () => {
    await page.getByRole('link', { name: 'На български' }).click()
    await page.waitForURL(/lang=bg/)
    assert.equal(await page.locator('html').getAttribute('lang'), 'bg')
    assert.deepEqual(await listed(), ids)
    await accessible()
    await page.setViewportSize({ width: 390, height: 800 })
    await fits()
    await accessible()
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('form.filter').first().isVisible(), false)
    assert.ok((await page.pdf()).length > 5000)
    await page.emulateMedia({ media: null })
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  it('asked nobody else for anything, and broke none of its own rules', () => {
    assert.deepEqual([...addresses], [origin])
    assert.deepEqual(complaints, [])
  })

  it('lets nobody else look over its shoulder, and ends when it is told to', async () => {
    const asked = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(`${origin}${path}`, { headers, redirect: 'manual' })).status
    assert.equal(await asked('/audit'), 403, 'without the cookie')
    assert.equal(await asked(`/${new URL(/http:\S+\?key=\S+/.exec(view.stdout())![0]).search}`), 403, 'a second time')
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    assert.equal(await asked('/audit', { Cookie: cookie }), 200)
    assert.equal(await asked('/v1/exchanges', { Cookie: cookie }), 404, 'nothing but the page')
    assert.equal(await asked('/audit/../v1/trust', { Cookie: cookie }), 404)
    view.kill('SIGINT')
    assert.equal((await view.ended).status, 0)
  })

  it('opens as well with the auditor’s certificate in the browser, and with no other', async () => {
    const visit = async (party: string): Promise<string> => {
      const { tls } = estate.keysOf(party)
      const own = await browser.newContext({
        ignoreHTTPSErrors: true,
        clientCertificates: [{ origin: serving.url, cert: Buffer.from(tls.certificate), key: Buffer.from(tls.key) }],
      })
      try {
        const one = await own.newPage()
        await one.goto(`${serving.url}/audit?lang=en`)
        return await one.locator('main').innerText()
      } finally {
        await own.close()
      }
    }
    assert.match(await visit('audit-office'), /Choose a period/)
    assert.match(await visit('troyan'), /access\.not-auditor/)
  })
})
