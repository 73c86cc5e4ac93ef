import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { pageOf } from '../../src/cli/subject/page.ts'
import { writeHtml } from '../../src/cli/subject/write-html.ts'
import type { DataUsage } from '../../src/model/data-tracker.ts'
import type { ExchangeId } from '../../src/model/ids.ts'
import { chromiumProgram } from '../support/chromium.ts'

const usage: DataUsage = {
  ...{ logtime: '2026-03-01T10:00:00.000Z', action: 'Разрешение за таксиметров превоз на пътници (чл. 24а)' },
  ...{ receiverCode: '2.999.1.1', receiverName: 'Община Троян', receiverSystem: 'troyan', service: 'taxi-permit@1' },
  exchangeId: '0198c7b2-0000-7000-8000-000000000001' as ExchangeId,
  legalBasis: { code: 'zavp-24a', text: 'Закон за автомобилните превози, чл. 24а' },
  as: ['applicant', 'subject'],
  registries: [{ registry: 'civil-registry', name: 'Национална база данни „Население“', provider: 'ГД ГРАО' }],
}

describe('the page for a citizen in a browser', function () {
  this.timeout(180_000)

  for (const language of ['bg', 'en'] as const)
    it(`is clean by axe, asks for nothing and runs nothing, wide and narrow (${language})`, async function () {
      const executablePath = chromiumProgram()
      if (executablePath === undefined) {
        process.stderr.write('      chromium is not installed\n')
        return this.skip()
      }
      const folder = mkdtempSync(join(tmpdir(), 'edno-subject-'))
      const file = join(folder, 'report.html')
      const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' }
      const report = { language, ...period, madeAt: period.to, usages: [usage, usage] }
      writeFileSync(file, writeHtml(pageOf(report)))
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
      try {
        const page = await (await browser.newContext()).newPage()
        const [asked, complaints] = [[] as string[], [] as string[]]
        page.on('request', (request) => asked.push(request.url()))
        page.on('console', (message) => complaints.push(message.text()))
        await page.goto(pathToFileURL(file).href)
        assert.deepEqual([asked.length, complaints], [1, []])
        assert.equal(await page.locator('h2').count(), 2)
        const grid = await page.evaluate<string>("getComputedStyle(document.querySelector('dl')).display")
        assert.equal(grid, 'grid', 'the style is not let in by its digest')
        const { violations } = await new AxeBuilder({ page }).analyze()
        assert.deepEqual(
          violations.map(({ id, help }) => `${id}: ${help}`),
          [],
        )
        await page.setViewportSize({ width: 320, height: 800 })
        const overflows = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth')
        assert.equal(overflows, false)
      } finally {
        await browser.close()
        rmSync(folder, { recursive: true, force: true })
      }
    })
})
