// Makes a bare clone runnable: packages as locked, sources compiled. Needs Node and npm alone; does nothing when nothing changed.
// Plain JavaScript, because nothing is installed yet when it runs. Writes to stderr only: stdout belongs to the command behind it.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

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
  const packages = join(root, 'node_modules')
  // npm ci empties the folder first: through a link it would empty that of somebody else.
  if (lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink()) return
  const locked = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(packages, '.edno-set-up')
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

/** True where dist/ was made from the sources as they are now. */
function isCompiled() {
  const stamp = join(root, 'dist', '.edno-compiled')
  const sources = ['src', 'adapters', 'schemas', 'tsconfig.json', 'tsconfig.build.json'].map((path) => join(root, path))
  return existsSync(stamp) && statSync(stamp).mtimeMs >= Math.max(...sources.map(newestChange))
}

/** Types are judged by `npm run check`; here they are only taken away. */
async function compile() {
  if (isCompiled()) return
  say('edno: compiling …')
  const made = join(root, `dist.${process.pid}`)
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  mkdirSync(made)
  // Dated before the sources are read: what is changed meanwhile is compiled the next time.
  writeFileSync(join(made, '.edno-compiled'), '')
  const output = ['--outDir', made, '--tsBuildInfoFile', join(made, '.tsbuildinfo')]
  const args = [tsc, '-p', 'tsconfig.build.json', '--noCheck', ...output]
  run(process.execPath, args, 'edno: the sources do not compile; see above.')
  await compileContract(made)
  // `npx edno` runs this file itself.
  chmodSync(join(made, 'src', 'cli', 'main.js'), 0o755)
  swap(made, join(root, 'dist'))
}

async function compileContract(made) {
  const { readYaml } = await import(pathToFileURL(join(made, 'src', 'schema', 'read-yaml.js')).href)
  const { value } = readYaml(join(root, 'schemas', 'openapi.yaml'))
  writeFileSync(join(made, 'openapi.json'), JSON.stringify(value))
}

/** In one moment, so that an edno started meanwhile finds the one or the other, whole. */
function swap(made, dist) {
  const old = `${made}.old`
  if (existsSync(dist)) renameSync(dist, old)
  try {
    renameSync(made, dist)
  } catch (error) {
    // Another set-up of the same sources was a moment earlier.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  }
  rmSync(old, { recursive: true, force: true })
}

requireNode()
// Tests that run what is compiled ask for no more than this: packages are the business of whoever started the tests.
if (process.argv[2] !== 'compile') installPackages()
await compile()
