export const TRANSPORTS = ['rest', 'soap', 'regix', 'sql'] as const
export type NewTransport = (typeof TRANSPORTS)[number]

/** What a new adapter is made of. */
export interface Template {
  /** Id of the adapter, and name of its folder. */
  readonly name: string
  readonly transport: NewTransport
  /** From the folder of the adapter to edno's `schemas`, for editors. */
  readonly schemas: string
}

/** Path below the adapter's folder → content; what is not a text is written as JSON. */
export type TemplateFiles = Readonly<Record<string, string | object>>

/** Folder of the one operation. */
export const OPERATION = 'permit.v1'

/** Persons who do not exist: their years of birth lie in the nineteenth century. */
export const PERSONS = { first: '8427029967', second: '9225219962', unknown: '9932319960' } as const

export const RECORDS = [
  {
    egn: PERSONS.first,
    number: 'ИЗМ-0001',
    holder: 'Николай Войводов Измислен',
    validUntil: '2030-12-31',
    active: true,
  },
  {
    egn: PERSONS.second,
    number: 'ИЗМ-0002',
    holder: 'Елена Примерова Въображаема',
    validUntil: '2024-06-30',
    active: false,
  },
] as const

export const underscored = (name: string): string => name.replaceAll('-', '_')
