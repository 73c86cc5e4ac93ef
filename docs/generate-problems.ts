import { PROBLEMS, type ProblemCode } from '../src/problem/codes.ts'

const FAMILIES: Record<string, string> = {
  request: "The caller's software must change.",
  signature: "The caller's keys or signing must change.",
  applicant: 'The applicant must sign, or sign otherwise.',
  access: 'Governance: certificates, parties, grants.',
  service: 'The choice of service or its body must change.',
  exchange: 'The caller asks for an exchange it has not, or no longer has.',
  regix: 'The software of a caller that speaks RegiX must change (docs/regix-door.md).',
  provider: 'The owner of a registry must act. Inside an answer these stand beside the part they concern.',
  broker: "edno's operator must act. The caller gets no detail; sending the same application again is safe.",
}

const RETRY = {
  never: 'not as it is',
  later: 'later, the same application',
  'new-id': 'with a new ExchangeId and a new signature',
} as const

const codes = Object.keys(PROBLEMS) as ProblemCode[]
const familyOf = (code: string): string => code.slice(0, code.indexOf('.'))

/** `docs/problems.md`: the page that problem types point to. */
export function problemPage(): string {
  const families = [...new Set(codes.map(familyOf))]
  return [
    '<!-- Generated from src/problem/codes.ts by `npm run docs`; do not edit. -->',
    '# Problems',
    '',
    'Every refusal of edno has one code. Over HTTP it is an RFC 9457 problem whose `type` is a heading of this page;',
    'inside a signed answer it stands in `Problem/Code` or beside the part it concerns. The family says who must act.',
    '',
    ...families.flatMap((family) => [
      `# \`${family}\``,
      '',
      FAMILIES[family] ?? '',
      '',
      ...codes.filter((code) => familyOf(code) === family).flatMap(entry),
    ]),
  ].join('\n')
}

function entry(code: ProblemCode): string[] {
  const row = PROBLEMS[code]
  return [
    `## ${code}`,
    '',
    `**${row.en}.** ${row.doEn}`,
    '',
    `*${row.bg}.* ${row.doBg}`,
    '',
    `HTTP ${row.status}; try again: ${RETRY[row.retry]}.`,
    '',
  ]
}

/** `schemas/problem.v1.schema.json`: the codes as an enum, for clients. */
export function problemSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:edno:schema:problem:1',
    title: 'Problem code of edno (generated from src/problem/codes.ts)',
    enum: codes,
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}
