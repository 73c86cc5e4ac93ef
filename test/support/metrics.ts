import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { Started } from './processes.ts'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"'
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (\\S+)$`)
const VALUE = /^(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|[-+]Inf|NaN)$/i

/** The text format of Prometheus, read to the letter: whatever it does not allow fails. */
export function readMetrics(text: string): readonly Family[] {
  assert.ok(text.endsWith('\n'), 'the last line ends')
  const families: { name: string; type: string; help: string; samples: Sample[] }[] = []
  for (const line of text.slice(0, -1).split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (word === 'HELP') families.push({ name, type: '', help: rest, samples: [] })
    else if (word === 'TYPE') {
      assert.equal(families.at(-1)?.name, name, 'a type follows its help')
      families.at(-1)!.type = rest
    } else if (line !== '') families.at(-1)!.samples.push(sampleOf(line, families.at(-1)!))
  }
  assert.equal(new Set(families.map(({ name }) => name)).size, families.length, 'each family stands once')
  for (const family of families) judge(family)
  return families
}

function sampleOf(line: string, { name: family, type }: Family): Sample {
  const [, name = '', written = '', value = ''] = SAMPLE.exec(line) ?? []
  assert.match(value, VALUE, line)
  const suffix = name.slice(family.length)
  assert.ok(name.startsWith(family) && (type === 'histogram' ? /^_(bucket|sum|count)$/ : /^$/).test(suffix), line)
  const labels = [...written.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text])
  return {
    name,
    labels: Object.fromEntries(labels) as Record<string, string>,
    value: Number(value.replace('Inf', 'Infinity')),
  }
}

function judge({ name, type, help, samples }: Family): void {
  assert.ok(['counter', 'gauge', 'histogram'].includes(type) && help !== '', name)
  const keys = samples.map(({ name: one, labels }) => one + JSON.stringify(Object.entries(labels).sort()))
  assert.equal(new Set(keys).size, keys.length, `${name}: each sample stands once`)
  if (type === 'counter') assert.match(name, /_total$/)
}

/** Of one sample; undefined where it is not written. */
export function sampleIn(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = readMetrics(text)
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name)
    .find(
      (sample) =>
        JSON.stringify(Object.entries(sample.labels).sort()) === JSON.stringify(Object.entries(labels).sort()),
    )
  return found?.value
}

/** What is told on the loopback port of an edno that was started with one: `metrics: http://…` in what it said. */
export async function metricsOf({ said, stdout }: Pick<Started, 'said' | 'stdout'>): Promise<string> {
  await said('metrics: ')
  return (await fetch(/metrics: (http:\S+)/.exec(stdout())?.[1] ?? '')).text()
}

const PYTHON = '/usr/bin/python3'

export const hasPrometheusParser = (): boolean =>
  spawnSync(PYTHON, ['-c', 'import prometheus_client.parser']).status === 0

/** Family → number of samples, as Prometheus' own library for Python reads the text. */
export function readByPython(text: string): Readonly<Record<string, number>> {
  const program = [
    'import json, sys',
    'from prometheus_client.parser import text_string_to_metric_families as read',
    'print(json.dumps({f.name: len(f.samples) for f in read(sys.stdin.read())}))',
  ].join('\n')
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', program], { input: text, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as Record<string, number>
}
