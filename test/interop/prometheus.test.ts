import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../support/processes.ts'

/** What is to be true of the alarms, as promtool takes it: series minute by minute, then who is woken when. */
const EXPECTED = `
rule_files: [edno-rules.yml]
evaluation_interval: 1m
tests:
  - name: all is well, and a registry that is asked seldom fails once
    interval: 1m
    input_series:
      - { series: 'edno_ready{check="database", instance="a"}', values: '1x60' }
      - { series: 'edno_ready{check="certificates", instance="a"}', values: '0x60' }
      - { series: 'edno_breaker_open{registry="civil-registry", instance="a"}', values: '0x60' }
      - { series: 'edno_incidents_open{registry="civil-registry", instance="a"}', values: '0x60' }
      - { series: 'edno_callbacks{state="waiting", instance="a"}', values: '9x60' }
      - { series: 'edno_calls_ended_total{registry="civil-registry", outcome="failed", code="provider.timeout", instance="a"}', values: '0x9 1x50' }
    alert_rule_test:
      - { eval_time: 59m, alertname: EdnoTakesNothing }
      - { eval_time: 59m, alertname: EdnoRegistryFails }
      - { eval_time: 59m, alertname: EdnoWaitsForAnOperator }
  - name: the database is away
    interval: 1m
    input_series:
      - { series: 'edno_ready{check="database", instance="a"}', values: '1x4 0x20' }
      - { series: 'edno_ready{check="log", instance="a"}', values: '1x25' }
    alert_rule_test:
      - { eval_time: 5m, alertname: EdnoTakesNothing }
      - eval_time: 10m
        alertname: EdnoTakesNothing
        exp_alerts:
          - exp_labels: { check: database, instance: a }
            exp_annotations: { summary: 'edno opens no exchange: database. GET /readyz says why.' }
  - name: nothing is told at all
    interval: 1m
    input_series: [{ series: 'up{job="edno"}', values: '0x20' }]
    alert_rule_test:
      - eval_time: 10m
        alertname: EdnoTakesNothing
        exp_alerts: [{ exp_labels: {}, exp_annotations: { summary: 'edno opens no exchange: . GET /readyz says why.' } }]
  - name: one registry fails at two processes, another is slow now and then, a third is taken for dead
    interval: 1m
    input_series:
      - { series: 'edno_calls_ended_total{registry="bad", outcome="failed", code="provider.timeout", instance="a"}', values: '0+2x30' }
      - { series: 'edno_calls_ended_total{registry="bad", outcome="late", code="provider.timeout", instance="b"}', values: '0+2x30' }
      - { series: 'edno_calls_ended_total{registry="bad", outcome="answered", code="", instance="a"}', values: '0+1x30' }
      - { series: 'edno_calls_ended_total{registry="good", outcome="answered", code="", instance="a"}', values: '0+9x30' }
      - { series: 'edno_calls_ended_total{registry="good", outcome="failed", code="provider.timeout", instance="a"}', values: '0+1x30' }
      - { series: 'edno_breaker_open{registry="dead", instance="a"}', values: '1x30' }
      - { series: 'edno_breaker_open{registry="dead", instance="b"}', values: '1x30' }
    alert_rule_test:
      - eval_time: 25m
        alertname: EdnoRegistryFails
        exp_alerts:
          - exp_labels: { registry: bad }
            exp_annotations: { summary: 'bad does not answer. Tell its owner; edno registry status says more.' }
          - exp_labels: { registry: dead }
            exp_annotations: { summary: 'dead does not answer. Tell its owner; edno registry status says more.' }
  - name: an incident waits, and every process says so
    interval: 1m
    input_series:
      - { series: 'edno_incidents_open{registry="bad", instance="a"}', values: '2x30' }
      - { series: 'edno_incidents_open{registry="bad", instance="b"}', values: '2x30' }
    alert_rule_test:
      - eval_time: 20m
        alertname: EdnoWaitsForAnOperator
        exp_alerts:
          - exp_labels: { registry: bad }
            exp_annotations: { summary: 'edno incident list, edno callback list, /readyz promises: something will not end by itself.' }
`

describe('what the documentation tells Prometheus', () => {
  let folder = ''
  before(function () {
    if (spawnSync('promtool', ['--version']).status !== 0) {
      console.log('      left out, because there is no promtool')
      this.skip()
    }
    folder = mkdtempSync(join(tmpdir(), 'edno-prometheus-'))
    const page = readFileSync(join(ROOT, 'docs', 'OPERATING.md'), 'utf8')
    for (const name of ['prometheus.yml', 'edno-rules.yml']) {
      const [, text = ''] = new RegExp(`<!-- ${name} -->\n\`\`\`yaml\n([^]*?)\`\`\``).exec(page) ?? []
      assert.notEqual(text, '', name)
      writeFileSync(join(folder, name), text)
    }
    writeFileSync(join(folder, 'expected.yml'), EXPECTED)
  })
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
  })

  const promtool = (...args: string[]): void => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' })
    assert.equal(status, 0, stdout + stderr)
  }

  it('is a configuration that it takes', () => promtool('check', 'config', '--syntax-only', 'prometheus.yml'))

  it('wakes somebody when it should, and nobody when it need not', () => promtool('test', 'rules', 'expected.yml'))
})
