import { spawnSync } from 'node:child_process'

/**
 * Before the tests: the independent programs that judge edno, or that it runs on. What is missing is installed where this user may
 * (root on Debian; EDNO_TEST_INSTALL=0 leaves the machine as it is); tests of the rest are left out, and this says which.
 */
const JUDGES = [
  { program: 'openssl', pack: 'openssl', tests: 'certificates, revocation, time stamps and checkpoints by openssl' },
  { program: 'xxd', pack: 'xxd', tests: 'cosignatures by openssl' },
  { program: 'xmlsec1', pack: 'xmlsec1', tests: 'signatures by xmlsec1' },
  { program: 'curl', pack: 'curl', tests: 'examples of the documentation by curl' },
  { program: 'unzip', pack: 'unzip', tests: 'containers of evidence by unzip' },
  { program: 'redis-server', pack: 'redis-server', tests: 'the queue on Redis' },
  { program: 'nginx', pack: 'nginx-light', tests: 'client certificates behind nginx' },
  {
    program: 'rfc3161ng of /usr/bin/python3',
    pack: 'python3-rfc3161ng',
    tests: 'time stamps of checkpoints by rfc3161ng',
    runs: ['/usr/bin/python3', '-c', 'import rfc3161ng'],
  },
  {
    program: 'zeep of /usr/bin/python3',
    pack: 'python3-zeep',
    tests: 'the RegiX door by zeep',
    runs: ['/usr/bin/python3', '-c', 'import zeep'],
  },
  {
    program: 'prometheus_client of /usr/bin/python3',
    pack: 'python3-prometheus-client',
    tests: "the metrics by Prometheus' own parser",
    runs: ['/usr/bin/python3', '-c', 'import prometheus_client.parser'],
  },
  { program: 'php', pack: 'php-cli', tests: "the RegiX door by PHP's SoapClient" },
  {
    program: 'SoapClient of php',
    pack: 'php-soap',
    tests: "the RegiX door by PHP's SoapClient",
    runs: ['php', '-r', 'exit(class_exists("SoapClient") ? 0 : 1);'],
  },
  { program: 'go', pack: 'golang-go', tests: "the exchange log by Go's sumdb packages" },
  {
    program: 'golang.org/x/mod',
    runs: ['test', '-f', '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog/tlog.go'],
    pack: 'golang-golang-x-mod-dev',
    tests: "the exchange log by Go's sumdb packages",
  },
  { program: 'chromium', pack: 'chromium', lean: true, tests: 'the page for auditors in a browser' },
  // Too large to install unasked.
  { program: 'promtool', tests: 'the settings for Prometheus in the documentation by promtool' },
  { program: 'java', tests: "signatures by the JDK's javax.xml.crypto" },
]
const PATIENCE_MS = 240_000

const isThere = ({ program, runs: [command, ...args] = ['which', program] }) => spawnSync(command, args).status === 0
const missing = () => JUDGES.filter((judge) => !isThere(judge))

/** `lean`: without what these recommend, which is a desktop. */
function install(packs, lean) {
  const run = (...args) =>
    spawnSync('apt-get', ['-qq', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', ...args], {
      // The packages' own services stay off: tests start what they need.
      env: { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: PATIENCE_MS,
    })
  run('update')
  // One that is not to be had must not keep the others away.
  if (packs.length > 0 && run('install', '-y', ...packs).status !== 0)
    for (const pack of packs) run('install', '-y', pack)
  for (const pack of lean) run('install', '-y', '--no-install-recommends', pack)
}

const wantedPacks = missing().filter(({ pack }) => pack !== undefined)
const packs = wantedPacks.filter(({ lean }) => !lean).map(({ pack }) => pack)
const lean = wantedPacks.filter((judge) => judge.lean).map(({ pack }) => pack)
const wanted = process.env['EDNO_TEST_INSTALL'] !== '0' && process.getuid?.() === 0
const mayInstall = wanted && spawnSync('which', ['apt-get']).status === 0
if (wantedPacks.length > 0 && mayInstall) install(packs, lean)

for (const { program, tests } of missing()) console.log(`left out, because there is no ${program}: tests of ${tests}`)
