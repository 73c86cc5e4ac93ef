import { join } from 'node:path'
import { loadScenarios, type Scenario } from '../src/cli/demo/scenarios.ts'

/** `docs/scenarios.md`: the table the demo and the tests share, for people. */
export function scenarioPage(root: string): string {
  const scenarios = loadScenarios(join(root, 'config', 'demo', 'scenarios.yaml'))
  return [
    '<!-- Generated from config/demo/scenarios.yaml by `npm run docs`; do not edit. -->',
    '# Scenarios of the demonstration',
    '',
    'Run one with `npm run demo -- --scenario NAME`. Persons, firms, vehicles and vessels are invented; the stand-in registries',
    'answer about them over the real protocols. The demo exits 0 only if what happened is what stands here.',
    '',
    '| scenario | what it shows | party | answer | outcomes other than found | checks other than pass |',
    '|---|---|---|---|---|---|',
    ...scenarios.map(row),
    '',
  ].join('\n')
}

function row(scenario: Scenario): string {
  const { expect } = scenario
  const answer = expect.kind === 'refusal' ? `refused: \`${expect.code}\`` : expect.status
  const cells = expect.kind === 'refusal' ? ['', ''] : [others(expect.outcomes, 'found'), others(expect.checks, 'pass')]
  return `| \`${scenario.name}\` | ${scenario.title.en} | ${scenario.party} | ${answer} | ${cells.join(' | ')} |`
}

const others = (record: Readonly<Record<string, string>>, usual: string): string =>
  Object.entries(record)
    .filter(([, value]) => value !== usual)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
