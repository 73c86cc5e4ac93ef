import type { OperationRef } from '../model/ids.ts'
import type { LeftOut } from '../model/left-out.ts'
import type { OperationEntry } from './entries.ts'
import type { SchemaPaths } from './schema-paths.ts'
import type { Report, ServiceFile } from './service-file.ts'

/** What a service file is judged against. */
export interface Lint {
  readonly file: ServiceFile
  readonly report: Report
  readonly operations: ReadonlyMap<OperationRef, OperationEntry>
  readonly leftOut: LeftOut
  /** Of the body; absent where its schema is missing. */
  readonly body: SchemaPaths | undefined
}
