import { PERSONS, type Template, type TemplateFiles, underscored } from './template.ts'

/** What the operator of an edno adds to `config/`, so that Троян can ask: the owner, a service, a grant. For development. */
export function operatorFiles({ name, transport }: Template): TemplateFiles {
  return {
    'operator/party.yaml': partyOf(name),
    'operator/service.yaml': serviceOf(name),
    'operator/service.schema.json': {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `Справка в ${name} / Question to ${name}`,
      type: 'object',
      required: ['person'],
      additionalProperties: false,
      properties: {
        person: {
          title: 'Лице / Person',
          type: 'object',
          required: ['egn'],
          additionalProperties: false,
          properties: { egn: { title: 'ЕГН / Personal number', type: 'string', format: 'egn' } },
        },
      },
    },
    'operator/grant.yaml': grantOf(name),
    'operator/legal-basis.yaml': `${name}-demo:\n  bg: Основание за демонстрация, не е норма от закон\n  en: Basis for the demonstration, not a provision of any act\n`,
    'operator/scenarios.yaml': scenariosOf(name),
    'operator/config.json': {
      adapters: { fromFolders: ['..'] },
      ...(transport === 'sql' ? { registries: { [name]: databaseOf(name) } } : {}),
    },
  }
}

const databaseOf = (name: string): object => ({
  url: `postgres://${underscored(name)}_reader@127.0.0.1:5432/postgres`,
  passwordFile: 'password',
})

const partyOf = (name: string): string => `id: ${name}-owner
role: provider
name:
  bg: Администрация, която води ${name}
  en: Owner of ${name}
state: active
certificates:
  tls: [pki/parties/${name}-owner/tls.crt]
  seal: [pki/parties/${name}-owner/seal.crt]
`

const serviceOf = (name: string): string => `id: ${name}
version: 1
title: { bg: Справка в ${name}, en: Question to ${name} }
iisda: null
schema: schemas/services/${name}.v1.schema.json
legalBasis: [${name}-demo]
deadlineMs: 10000
calls:
  permit: { operation: ${name}/permit@1, input: { egn: application.person.egn } }
checks:
  has-permit:
    title: { bg: Лицето има разрешение в сила, en: The person has a permit in force }
    expr: calls.permit.active
`

const grantOf = (name: string): string => `id: troyan-${name}
consumer: troyan
service: ${name}@1
legalBases: [${name}-demo]
disclose:
  ${name}/permit@1: [number, validUntil]
validFrom: 2025-01-01
validUntil: 2034-12-31
# For development. In production the owner signs an agreement: docs/agreements.md.
approvals:
  ${name}: { by: ${name}-owner, on: 2024-12-02, reference: DEMO-1 }
`

const scenariosOf = (name: string): string => `applications:
  ${name}@1:
    legalBasis: ${name}-demo
    case: ТР-ПРОБА-1
    applicant: { identifierType: egn, identifier: '${PERSONS.first}', names: Лице Измислено }
    body: { person: { egn: '${PERSONS.first}' } }
    outcomes: { permit: found }
    checks: { has-permit: pass }
scenarios:
  - name: ${name}
    application: ${name}@1
    title: { bg: Разрешение в сила, en: A permit in force }
    answer: complete
`
