import { DRAFT } from './manifest.ts'
import { type NewTransport, OPERATION, RECORDS, type Template, type TemplateFiles, underscored } from './template.ts'

/** What stands on the wire: a map, or code and a stand-in. */
export const wireFiles = (template: Template): TemplateFiles => WIRES[template.transport](template)

const sql = ({ name, schemas }: Template): TemplateFiles => ({
  [`${OPERATION}/sql.json`]: {
    $schema: `../${schemas}/sql-map.v1.schema.json`,
    view: `${underscored(name)}.permits_for_edno`,
    where: [{ column: 'egn', field: 'egn' }],
    fields: [
      { column: 'egn', field: 'egn', required: true },
      { column: 'number', field: 'number' },
      { column: 'holder', field: 'holder' },
      { column: 'valid_until', field: 'validUntil', type: 'date' },
      { column: 'state', field: 'active', values: { active: true, expired: false } },
    ],
  },
  'register.sql': registerSql(underscored(name)),
})

const registerSql = (
  schema: string,
): string => `-- A register, the view that edno may read, and a role that can do nothing else.
create schema ${schema};

create table ${schema}.permit (
  egn text not null,
  number text primary key,
  holder text not null,
  valid_until date not null
);
create index on ${schema}.permit (egn);

-- Invented persons: their years of birth lie in the nineteenth century.
insert into ${schema}.permit (egn, number, holder, valid_until) values
${RECORDS.map(({ egn, number, holder, validUntil }) => `  ('${egn}', '${number}', '${holder}', '${validUntil}')`).join(',\n')};

create view ${schema}.permits_for_edno as
  select egn, number, holder, valid_until, case when valid_until >= current_date then 'active' else 'expired' end as state
  from ${schema}.permit;

create role ${schema}_reader login password 'change-me';
grant usage on schema ${schema} to ${schema}_reader;
grant select on ${schema}.permits_for_edno to ${schema}_reader;
`

const rest = ({ schemas }: Template): TemplateFiles => ({
  [`${OPERATION}/rest.json`]: {
    $schema: `../${schemas}/rest-map.v1.schema.json`,
    path: '/v1/permits/search',
    question: [{ wire: 'person.egn', field: 'egn' }],
    answer: {
      found: 'permit',
      reference: 'reference',
      fields: [
        { wire: 'permit.person.egn', field: 'egn', required: true },
        { wire: 'permit.number', field: 'number' },
        { wire: 'permit.person.names', field: 'holder' },
        { wire: 'permit.expires', field: 'validUntil', type: 'date' },
        { wire: 'permit.state', field: 'active', values: { ACTIVE: true, EXPIRED: false } },
      ],
    },
  },
  [`${OPERATION}/answer.schema.json`]: {
    $schema: DRAFT,
    title: 'What the register answers, in its own words',
    type: 'object',
    required: ['reference', 'permit'],
    properties: {
      reference: { type: 'string', pattern: '^[A-Za-z0-9._:/-]{1,100}$' },
      permit: {
        type: ['object', 'null'],
        required: ['number', 'person', 'expires', 'state'],
        properties: {
          number: { type: 'string', minLength: 1 },
          person: {
            type: 'object',
            required: ['egn', 'names'],
            properties: { egn: { type: 'string', format: 'egn' }, names: { type: 'string', minLength: 1 } },
          },
          expires: { type: 'string', format: 'date' },
          state: { enum: ['ACTIVE', 'EXPIRED'] },
        },
      },
    },
  },
})

const regix = ({ name, schemas }: Template): TemplateFiles => ({
  [`${OPERATION}/regix.json`]: {
    $schema: `../${schemas}/regix-map.v1.schema.json`,
    operation: 'TechnoLogica.RegiX.ExampleAdapter.APIService.IExampleAPI.PermitSearch',
    request: {
      root: 'PermitRequest',
      namespace: `http://egov.bg/RegiX/Example/${name}/PermitRequest`,
      fields: [{ wire: 'EGN', field: 'egn', required: true }],
    },
    response: {
      root: 'PermitResponse',
      namespace: `http://egov.bg/RegiX/Example/${name}/PermitResponse`,
      type: 'PermitResponseType',
      notFound: { kind: 'empty' },
      fields: [
        { wire: 'Person/EGN', field: 'egn', required: true },
        { wire: 'Person/Names', field: 'holder' },
        { wire: 'PermitNumber', field: 'number' },
        { wire: 'ValidUntil', field: 'validUntil', type: 'date' },
        { wire: 'Active', field: 'active', type: 'boolean' },
      ],
    },
  },
})

const soap = ({ name }: Template): TemplateFiles => ({
  'index.js': soapIndex(`urn:example:${name}`),
  'simulator/index.js': soapStandIn(`urn:example:${name}`),
})

const soapIndex = (namespace: string): string => `// @ts-check
import { AdapterFault, childNamed, defineAdapter, openAdapter, soapOperation, textOf } from 'edno/adapter-kit'

const NAMESPACE = '${namespace}'

/** @param {string} name @param {string} text */
const element = (name, text) => ({ name, namespace: NAMESPACE, attributes: {}, nil: false, children: [], text })

export default defineAdapter({
  open: (options) =>
    openAdapter(options, {
      'permit@1': soapOperation({
        path: '/permits',
        action: \`\${NAMESPACE}/FindPermit\`,
        // Body and time stamp are signed with the key of the connection (WS-Security, X.509). Leave it out if not wanted.
        security: 'x509',
        question: ({ egn = '' }) => ({ ...element('FindPermit', ''), children: [element('Egn', egn)] }),
        answer: { name: 'FindPermitResponse', namespace: NAMESPACE },
        read: (answer) => {
          const reference = textOf(answer, 'Reference') ?? ''
          const permit = childNamed(answer, 'Permit')
          if (permit === undefined) return { evidence: undefined, reference }
          const egn = textOf(permit, 'Egn')
          if (egn === undefined) throw new AdapterFault('bad-answer', 'the permit has no holder')
          return {
            reference,
            evidence: {
              egn,
              number: textOf(permit, 'Number'),
              holder: textOf(permit, 'Holder'),
              validUntil: textOf(permit, 'ValidUntil'),
              active: textOf(permit, 'Active') === 'true',
            },
          }
        },
      }),
    }),
})
`

const soapStandIn = (namespace: string): string => `// @ts-check
import { defineSimulator, textOf } from 'edno/adapter-kit'

const NAMESPACE = '${namespace}'
/** @param {string} name @param {unknown} text */
const element = (name, text) => ({
  name,
  namespace: NAMESPACE,
  attributes: {},
  nil: false,
  children: [],
  text: String(text),
})

/** Stands in for the register where there is none: it knows what the examples say. */
export default defineSimulator({
  operations: {},
  soap: {
    'permit@1': {
      path: '/permits',
      signed: true,
      input: (body) => ({ egn: textOf(body, 'Egn') ?? '' }),
      answer: (record) => {
        const permit = /** @type {Record<string, unknown> | undefined} */ (record)
        const { egn, number, holder, validUntil, active } = permit ?? {}
        const members = [element('Egn', egn), element('Number', number), element('Holder', holder)]
        const times = [element('ValidUntil', validUntil), element('Active', active)]
        const found = permit ? [{ ...element('Permit', ''), children: [...members, ...times] }] : []
        return { ...element('FindPermitResponse', ''), children: [element('Reference', 'stand-in-1'), ...found] }
      },
    },
  },
})
`

const WIRES: Readonly<Record<NewTransport, (template: Template) => TemplateFiles>> = { rest, soap, regix, sql }
