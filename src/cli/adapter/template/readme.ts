import { type NewTransport, type Template, type TemplateFiles, underscored } from './template.ts'

/** For the owner of the register, in both languages. */
export const readmeFiles = (template: Template): TemplateFiles => ({
  'README.md': [...bulgarian(template), '', '---', '', ...english(template), ''].join('\n'),
})

const MAPS: Readonly<Record<NewTransport, string>> = {
  rest: '`permit.v1/rest.json`',
  regix: '`permit.v1/regix.json`',
  sql: '`permit.v1/sql.json`',
  soap: '`index.js`',
}

const bulgarian = (template: Template): readonly string[] => [
  `# ${template.name}: адаптер за edno`,
  '',
  'Така edno пита този регистър. Папката работи веднага, с измислени лица; Вие я правите своя:',
  '',
  `1. \`adapter.json\`: кой води регистъра, как се казва, колко може да бъде питан.`,
  `2. \`permit.v1/input.schema.json\` и \`evidence.schema.json\`: какво се пита и какво се отговаря; \`title\` е на`,
  '   български, `x-title-en` до него на английски, и двете се виждат в каталога `/catalogue`.',
  `3. ${MAPS[template.transport]}: ${WHAT_BG[template.transport]}`,
  '4. `permit.v1/examples/`: поне два намерени примера за две измислени лица и един ненамерен.',
  '5. `edno adapter check .` казва какво още не е наред; `--sign-with КЛЮЧ` подписва доклада.',
  '',
  'В `operator/` е това, което операторът на едно edno добавя, за да може Община Троян да попита (за разработка; в производство',
  'собственикът подписва споразумение).',
  ...stepsOf(template),
  '',
  'Докато edno работи: ако е пуснато с тази `EDNO_CONFIG`, то взема всяка промяна на тези файлове за секунда-две, без спиране;',
  'счупена промяна се отказва в дневника му, а старата остава в сила. Подробно: `docs/adapter-guide.md`, „While edno runs“.',
]

const english = (template: Template): readonly string[] => [
  `# ${template.name}: an adapter for edno`,
  '',
  'This is how edno asks this register. The folder works at once, with invented persons; you make it yours:',
  '',
  '1. `adapter.json`: who owns the register, what it is called, how much it may be asked.',
  '2. `permit.v1/input.schema.json` and `evidence.schema.json`: what is asked and what is answered; `title` is',
  '   Bulgarian, `x-title-en` beside it English, and the catalogue `/catalogue` shows both.',
  `3. ${MAPS[template.transport]}: ${WHAT_EN[template.transport]}`,
  '4. `permit.v1/examples/`: two examples found at least, about two invented persons, and one not found.',
  '5. `edno adapter check .` says what is not in order yet; `--sign-with KEY` signs the report.',
  '',
  'In `operator/` stands what the operator of an edno adds so that the municipality of Троян can ask (for development; in production',
  'the owner signs an agreement).',
  ...stepsOf(template),
  '',
  'While edno runs: one that was started with this `EDNO_CONFIG` takes every change of these files within two seconds, without a stop;',
  'a broken one is refused in its log, and what was in use stays. More: `docs/adapter-guide.md`, "While edno runs".',
]

const WHAT_BG: Readonly<Record<NewTransport, string>> = {
  rest: 'къде в Вашия JSON е всяко поле. Въпросът е един POST; липсващ запис е `null`, не 404.',
  regix: 'името на операцията в RegiX и кой елемент е кое поле.',
  sql: 'коя колона на изгледа е кое поле. Заявката пише edno: само четене, с параметри, с ограничено време.',
  soap: 'въпросът и отговорът на Вашата SOAP услуга, подписани с WS-Security.',
}

const WHAT_EN: Readonly<Record<NewTransport, string>> = {
  rest: 'where in your JSON each field stands. The question is one POST; no record is `null`, not 404.',
  regix: 'the name of the operation in RegiX, and which element is which field.',
  sql: 'which column of the view is which field. edno writes the statement: read-only, with parameters, within a time.',
  soap: 'question and answer of your SOAP service, signed by WS-Security.',
}

/** Who has no server yet should not be stopped by that. */
const TRIAL = [
  'No PostgreSQL at hand? For a trial the one that a running edno keeps for itself will do (psql: `apt install postgresql-client`), in',
  "edno's folder, before the steps above; its port goes into `operator/config.json`, and it is there while that edno runs:",
  '',
  '```sh',
  'export PGHOST=127.0.0.1 PGUSER=edno PGPORT=$(cat .edno/database/port) PGPASSWORD=$(cat .edno/database/password)',
  '```',
]

function stepsOf({ name, transport }: Template): readonly string[] {
  const database =
    transport === 'sql'
      ? [
          'psql -f register.sql postgres                       # the register, its view, the role',
          '(umask 077; printf change-me > operator/password)   # of the role; choose another in register.sql',
        ]
      : []
  return [
    '',
    '```sh',
    ...database,
    'here=$PWD; cd /path/to/edno',
    `cp $here/operator/party.yaml config/parties/${name}-owner.yaml`,
    `cp $here/operator/service.yaml config/services/${name}.yaml`,
    `cp $here/operator/service.schema.json schemas/services/${name}.v1.schema.json`,
    `cp $here/operator/grant.yaml config/grants/troyan-${name}.yaml`,
    'cat $here/operator/legal-basis.yaml >> config/legal-bases.yaml',
    'export EDNO_CONFIG=$here/operator/config.json',
    'npx edno config check && npm start',
    '```',
    '',
    'When it says `edno listens on`, in another terminal:',
    '',
    '```sh',
    `here=/path/to/${name}; cd /path/to/edno`,
    'export EDNO_CONFIG=$here/operator/config.json',
    `npx edno submit --scenarios $here/operator/scenarios.yaml --scenario ${name}`,
    '```',
    ...(transport === 'sql'
      ? ['', `\`operator/config.json\`: the address of the database, role \`${underscored(name)}_reader\`.`, ...TRIAL]
      : []),
  ]
}
