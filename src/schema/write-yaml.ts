import { stringify } from 'yaml'

/** One YAML 1.2 document as people edit it; `remarks` stand above it as comments. */
export const writeYaml = (value: object, remarks: readonly string[] = []): string =>
  remarks.map((remark) => `# ${remark.replaceAll(/\s+/g, ' ')}\n`).join('') +
  stringify(value, { version: '1.2', lineWidth: 120, flowCollectionPadding: false })
