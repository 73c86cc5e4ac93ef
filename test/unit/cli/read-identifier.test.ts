import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { findRoot } from '../../../src/config/root.ts'

/** Invented. */
const NUMBER = '8427029967'
const MODULE = join(findRoot(), 'src', 'cli', 'read-identifier.ts')
const READ = `
  const { readIdentifier } = await import(${JSON.stringify(MODULE)})
  const { output } = await import(${JSON.stringify(join(findRoot(), 'src', 'cli', 'output.ts'))})
  const read = await readIdentifier({ identifierType: 'egn' }, output('en')).catch((error) => error.constructor.name)
  console.log('read ' + (typeof read === 'string' ? read : read.identifier === '${NUMBER}'))`
const NODE = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', READ] as const

describe('the number of a person, in a command', function () {
  this.timeout(60_000)

  it('is taken from what is piped in', () => {
    const [node, ...args] = NODE
    const { stdout, status } = spawnSync(node, args, { input: `\n ${NUMBER}\n`, encoding: 'utf8', cwd: findRoot() })
    assert.deepEqual([status, stdout], [0, 'read true\n'])
  })

  /** What a terminal shows while this is typed, by the `script` of util-linux. */
  const onTerminal = (typed: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const command = NODE.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
      // Of no width at first, where whoever runs it has no terminal.
      const sized = `stty cols 100 rows 30; exec ${command}`
      const terminal = spawn('script', ['-qefc', sized, '/dev/null'], { cwd: findRoot(), timeout: 30_000 })
      let shown = ''
      let sent = false
      terminal.stdout.on('data', (chunk: Buffer) => {
        shown += chunk.toString()
        if (sent || !shown.includes('Number of the person')) return
        sent = true
        terminal.stdin.write(typed)
      })
      terminal.on('error', reject)
      terminal.on('close', () => resolve(shown))
    })
  const needTerminal = (test: Mocha.Context): void => {
    if (spawnSync('script', ['--version']).error === undefined) return
    process.stderr.write('      script (util-linux) is not installed\n')
    test.skip()
  }

  it('is not shown where it is typed on a terminal', async function () {
    needTerminal(this)
    const shown = await onTerminal(`${NUMBER}\r`)
    assert.match(shown, /read true/)
    for (const part of [NUMBER, NUMBER.slice(0, 3), NUMBER.slice(-3)]) assert.ok(!shown.includes(part), shown)
  })

  it('is nothing where its typing is broken off', async function () {
    needTerminal(this)
    assert.match(await onTerminal(`842\u0003`), /read WrongUsage/)
  })
})
