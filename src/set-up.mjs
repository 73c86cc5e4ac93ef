// Makes a bare clone runnable: packages as locked, sources compiled. Needs Node and npm alone; does nothing when nothing changed.
// Plain JavaScript, because nothing is installed yet when it runs. Writes to stderr only: stdout belongs to the command behind it.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const say = (text) => process.stderr.write(`${text}\n`)

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  say(`edno needs Node 20.19 or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

function run(command, args, failure) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (result.status === 0) return
  say(failure)
  process.exit(1)
}

function installPackages() {
  const locked = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.edno-set-up')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === locked) return
  say('edno: installing the locked packages (once, about a minute) …')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'edno: npm ci failed; see above.')
  writeFileSync(stamp, locked)
}

function newestChange(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))))
}

function compile() {
  const stamp = join(root, 'dist', '.edno-compiled')
  const changed = Math.max(
    ...['src', 'adapters', 'tsconfig.json', 'tsconfig.build.json'].map((p) => newestChange(join(root, p))),
  )
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed) return
  say('edno: compiling …')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run(
    process.execPath,
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
    'edno: the sources do not compile; see above.',
  )
  // `npx edno` runs this file itself.
  chmodSync(join(root, 'dist', 'src', 'cli', 'main.js'), 0o755)
  writeFileSync(stamp, '')
}

requireNode()
installPackages()
compile()
