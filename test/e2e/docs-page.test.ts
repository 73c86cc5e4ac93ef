import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { Agent, get } from 'node:https'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { chromiumProgram } from '../support/chromium.ts'
import { Estate, type Serving } from '../support/estate.ts'

interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

describe('the contract as a page', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  let agent: Agent
  before(async () => {
    estate = await Estate.make()
    serving = await estate.serve()
    // Each look over a connection of its own: one that was kept while a browser worked may be closed as it is used.
    agent = new Agent({ ca: readFileSync(join(estate.folder, 'pki', 'ca.crt')) })
  })
  after(async () => {
    agent.destroy()
    await estate.close()
  })

  const read = (path: string): Promise<Got> =>
    new Promise((resolve, reject) => {
      get(new URL(path, serving.url), { agent }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      }).on('error', reject)
    })

  it('names files of this server only, and every one of them is there, without a client certificate', async () => {
    const page = await read('/docs')
    assert.equal(page.status, 200)
    assert.match(page.headers['content-type'] ?? '', /^text\/html/)
    const named = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address)
    assert.equal(named.length, 5)
    for (const address of named) {
      assert.match(address, /^[a-z][\w./-]+$/, 'an address elsewhere')
      const { status, text } = await read(`/${address}`)
      assert.equal(status, 200, address)
      assert.ok(text.length > 100, address)
    }
    assert.match((await read('/docs/start.js')).text, /url: 'openapi\.json'.*validatorUrl: null/s)
  })

  it('lets a browser load nothing from anywhere else, run nothing that is written into the page, and frame it nowhere', async () => {
    const { headers, text } = await read('/docs')
    const policy = new Map(
      String(headers['content-security-policy'])
        .split('; ')
        .map((rule) => [rule.split(' ', 1)[0], rule.split(' ').slice(1).join(' ')]),
    )
    assert.equal(policy.get('default-src'), "'none'")
    assert.equal(policy.get('script-src'), "'self'")
    assert.equal(policy.get('connect-src'), "'self'")
    assert.equal(policy.get('frame-ancestors'), "'none'")
    assert.doesNotMatch(text, /<script>|onload=|style=/)
  })

  it('is drawn by a browser that asks this server alone, and complains of nothing', async function () {
    const executablePath = chromiumProgram()
    if (executablePath === undefined) {
      process.stderr.write('      chromium is not installed\n')
      return this.skip()
    }
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage({ ignoreHTTPSErrors: true })
      const [asked, complaints] = [new Set<string>(), [] as string[]]
      page.on('request', (request) => asked.add(new URL(request.url()).origin))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      await page.goto(`${serving.url}/docs`)
      await page.getByText('Send one signed application and get the one signed answer').waitFor()
      assert.deepEqual(complaints, [])
      asked.delete('null')
      assert.deepEqual([...asked], [new URL(serving.url).origin])
    } finally {
      await browser.close()
    }
    return undefined
  })

  describe('beside the catalogue', () => {
    let registries: string[]
    before(async () => {
      registries = (JSON.parse((await read('/v1/registries')).text) as { id: string }[]).map(({ id }) => id)
    })

    it('has a page for each registry in two languages, which names every operation, field and legal basis', async () => {
      type Listed = { operations: { operation: string; fields: string[] }[]; id: string }
      // Objects that only hold others have no line of their own.
      const partsOf = ({ operation, fields }: Listed['operations'][number]): string[] => [
        operation,
        ...fields.filter((path) => !fields.some((other) => other.startsWith(`${path}.`))),
      ]
      const all = JSON.parse((await read('/v1/registries')).text) as Listed[]
      for (const lang of ['bg', 'en']) {
        const index = await read(`/catalogue?lang=${lang}`)
        for (const id of registries) assert.match(index.text, new RegExp(`href="/catalogue/${id}\\?lang=${lang}"`))
        for (const { id, operations } of all) {
          const { status, text, headers } = await read(`/catalogue/${id}?lang=${lang}`)
          assert.equal(status, 200, id)
          assert.match(text, new RegExp(`<html lang="${lang}">`))
          assert.equal(String(headers['content-security-policy']).includes("default-src 'none'"), true)
          assert.doesNotMatch(text, /<script|onload=|style="|\[object|undefined/)
          for (const part of operations.flatMap(partsOf)) assert.ok(text.includes(`<code>${part}</code>`), part)
        }
      }
      const taxi = (await read('/catalogue/vehicle-register?lang=en')).text
      assert.match(taxi, /Road Transport Act, Article 24a/)
      assert.match(taxi, /<td>Registration number, without separators, in Cyrillic<\/td>|<td>Registration number<\/td>/)
      assert.doesNotMatch(taxi, /<td lang="bg">/)
      assert.match(taxi, /&quot;plate&quot;: &quot;ОВ0000АА&quot;/)
      const records = (await read('/catalogue/criminal-records?lang=en')).text
      assert.match(records, /answers to checks only; no field, whatever is agreed/)
      assert.doesNotMatch(records, /BulletinSearch/)
      assert.match(
        (await read('/catalogue/criminal-records?lang=bg')).text,
        /само отговори на проверки; нито едно поле/,
      )
      assert.match(taxi, /the fields that the owner agreed to/)
      const civil = (await read('/catalogue/civil-registry?lang=bg')).text
      assert.match(civil, /За кого може да се пита<\/dt><dd>ЕГН, по полето egn/)
      const bulstat = (await read('/catalogue/bulstat-register?lang=en')).text
      assert.match(bulstat, /Who may be asked about<\/dt><dd>about nobody: it gives codes and words of the registry/)
      assert.match(bulstat, /<h3>Question<\/h3><p>The question has no fields.<\/p>/)
    })

    it('has no page of what there is not', async () => {
      for (const path of ['/catalogue/no-such', '/catalogue/..%2f', '/catalogue/__proto__', '/catalogue?lang=fr']) {
        const { status, text } = await read(path)
        assert.ok(status === 404 || status === 400, path)
        assert.match((JSON.parse(text) as { code: string }).code, /^request\.(not-found|parameter)$/)
      }
    })

    it('is clean for who sees and who does not, fits, and loads nothing from elsewhere', async function () {
      this.timeout(180_000)
      const executablePath = chromiumProgram()
      if (executablePath === undefined) {
        process.stderr.write('      chromium is not installed\n')
        return this.skip()
      }
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
      try {
        const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 800, height: 900 } })
        const page = await context.newPage()
        const asked = new Set<string>()
        page.on('request', (request) => void asked.add(new URL(request.url()).origin))
        for (const path of [
          '/catalogue?lang=bg',
          '/catalogue/maritime-registry?lang=bg',
          '/catalogue/civil-registry?lang=en',
        ]) {
          await page.goto(`${serving.url}${path}`)
          const { violations } = await new AxeBuilder({ page }).analyze()
          const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
          assert.deepEqual(found, [], path)
          const [wide, seen] = await page.evaluate<[number, number]>(
            '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
          )
          assert.ok(wide <= seen, `${path}: ${wide} of ${seen}`)
        }
        assert.deepEqual([...asked], [new URL(serving.url).origin])
      } finally {
        await browser.close()
      }
      return undefined
    })
  })

  it('has no other files', async () => {
    for (const name of ['swagger-ui.js', 'package.json', '__proto__', 'constructor']) {
      const { status, text } = await read(`/docs/${name}`)
      assert.ok(status === 404 || status === 400, name)
      assert.match((JSON.parse(text) as { code: string }).code, /^request\.(not-found|parameter)$/)
    }
  })
})
