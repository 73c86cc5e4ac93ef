import type { ConformanceCheck } from '../../adapter-kit/conformance/check.ts'
import { describeAdapter } from '../../catalogue/describe-adapter.ts'
import type { AdapterEntry } from '../../catalogue/entries.ts'

/** Without them the catalogue, by which others learn what may be asked, would show names of fields alone. */
export const titlesCheck = (entry: AdapterEntry): ConformanceCheck => ({
  group: 'adapter',
  title: 'says in Bulgarian and in English what each field means',
  run: () => {
    const untold = describeAdapter(entry).flatMap(({ operation, input, answer }) =>
      [...input, ...answer].flatMap(({ path, title, titleEn }) => [
        ...(title === undefined ? [`${operation} ${path} has no title`] : []),
        ...(titleEn === undefined ? [`${operation} ${path} has no x-title-en`] : []),
      ]),
    )
    if (untold.length > 0) throw new TypeError(untold.join('; '))
  },
})
