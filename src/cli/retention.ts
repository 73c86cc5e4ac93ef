import {
  type Deletion,
  eraseExchange,
  hold,
  previewRetention,
  release,
  type RetentionOrder,
  type RetentionPreview,
  type RetentionRefusal,
  type RetentionRun,
  runRetention,
  type Transact,
} from '../exchange-log/retention.ts'
import { isExchangeId } from '../model/ids.ts'
import { STANDARD_CLASS } from '../model/retention.ts'
import { systemClock } from '../ops/clock.ts'
import { holdsIdentifier } from '../policy/agreement/holds-identifier.ts'
import type { Beside } from '../store/beside.ts'
import { cleanUp } from '../store/retention.ts'
import { beside } from './beside.ts'
import { fill } from './demo/words.ts'
import { type Output, output } from './output.ts'
import { settings } from './settings.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface RunOptions {
  readonly before?: string
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly lang?: string
}

export interface OrderOptions {
  readonly exchange: string
  readonly basis: string
  readonly consumer?: string
  readonly json?: boolean
  readonly lang?: string
}

const WORDS = {
  nothing: { bg: 'Нищо не е за изтриване.', en: 'Nothing is due.' },
  wouldGo: { bg: 'Биха се изтрили: {}', en: 'This would be deleted: {}' },
  gone: { bg: 'Изтрити: {}', en: 'Deleted: {}' },
  ofClass: { bg: '  от класа {}: {}', en: '  of the class {}: {}' },
  left: { bg: 'Останали от тях: {}', en: 'Left of them: {}' },
  keys: { bg: 'Унищожени ключове на месеци: {}', en: 'Keys of months that were shredded: {}' },
  dirty: {
    bg: 'Изтритото още не е почистено от диска; администраторът на базата го прави с VACUUM.',
    en: 'What was deleted is not cleaned off the disk yet; who administers the database does that by VACUUM.',
  },
  shredded: {
    bg: 'Ключът на обмена е унищожен: каквото е било шифровано с него, вече никой не може да прочете, където и да има копия. Доказуемо остава, че обменът е бил: записите му стоят в дневника, дневникът и всички разписки се проверяват, а който има документите с разписката им, може да ги докаже и занапред.',
    en: 'The key of the exchange is shredded: what it encrypted nobody can read any more, wherever copies of it lie. What stays provable is that the exchange was: its entries stand in the log, the log and all receipts verify, and whoever holds the documents with their receipt can prove them as before.',
  },
  hold: {
    bg: 'Нищо от обмена няма да се изтрие, докато не се освободи.',
    en: 'Nothing of the exchange is deleted until it is released.',
  },
  release: { bg: 'Задържането е прекратено.', en: 'The hold is ended.' },
  unknown: { bg: 'Няма такъв обмен.', en: 'There is no such exchange.' },
  ambiguous: {
    bg: 'Няколко потребители са ползвали този номер: посочете чий е с --consumer.',
    en: 'Several consumers used this id: say whose it is with --consumer.',
  },
  running: { bg: 'Обменът още върви.', en: 'The exchange runs still.' },
  erased: { bg: 'От обмена нищо не се пази вече.', en: 'Nothing is kept of the exchange any more.' },
  held: { bg: 'Обменът е задържан.', en: 'The exchange is held.' },
  'not-held': { bg: 'Обменът не е задържан.', en: 'The exchange is not held.' },
} as const

const transactOn =
  ({ db }: Beside): Transact =>
  (work) =>
    db.transaction().execute(work)

const listed = (counts: Deletion['before']): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ')

/** Deletes what is due, and says how much there was and is. */
export async function run(options: RunOptions): Promise<void> {
  const out = output(options.lang)
  const at = systemClock()
  const due = dueOf(options.before, at)
  if (options.dryRun === true) {
    const preview = await beside(settings(), (rows) => previewRetention(transactOn(rows), due))
    if (options.json === true) out.json({ due: due.toISOString(), ...preview })
    else printPreview(preview, out)
    return
  }
  const done = await beside(settings(), async (rows) => {
    const ran = await runRetention(transactOn(rows), due, at)
    return { ...ran, cleanedUp: await cleanedUp(rows) }
  })
  if (options.json === true) out.json({ due: due.toISOString(), ...done })
  else print(done, out)
}

function printPreview({ before, classes }: RetentionPreview, out: Output): void {
  out.line(before['exchanges'] === 0 ? out.text(WORDS.nothing) : fill(out.text(WORDS.wouldGo), listed(before)))
  printClasses(classes, out)
}

/** Where there is the standard class alone, all is said already. */
function printClasses(classes: RetentionPreview['classes'], out: Output): void {
  const names = Object.keys(classes).toSorted()
  if (names.some((name) => name !== STANDARD_CLASS))
    for (const name of names) out.line(fill(out.text(WORDS.ofClass), name, listed(classes[name] ?? {})))
}

function print(done: RetentionRun & { readonly cleanedUp: boolean }, out: Output): void {
  const { before, after, classes, keys } = done
  if (before['exchanges'] === undefined && keys.length === 0) out.line(out.text(WORDS.nothing))
  if (before['exchanges'] !== undefined) {
    out.line(fill(out.text(WORDS.gone), listed(before)))
    printClasses(Object.fromEntries(Object.entries(classes).map(([name, of]) => [name, of.before])), out)
    out.line(fill(out.text(WORDS.left), listed(after)))
  }
  if (keys.length > 0) out.line(fill(out.text(WORDS.keys), keys.join(', ')))
  if (!done.cleanedUp) out.complain(out.text(WORDS.dirty))
}

const cleanedUp = ({ db }: Beside): Promise<boolean> =>
  cleanUp(db).then(
    () => true,
    () => false,
  )

/** What lies in the future is not due, whatever is asked for. */
function dueOf(text: string | undefined, now: Date): Date {
  const due = text === undefined ? now : new Date(text)
  if (text !== undefined && (!/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) || Number.isNaN(due.getTime())))
    throw new WrongUsage('--before takes an ISO date or instant')
  return due < now ? due : now
}

const ORDERS = { hold, release, erase: eraseExchange } as const

/** Holds, releases or erases one exchange; true where that was done. */
export async function order(verb: keyof typeof ORDERS, options: OrderOptions): Promise<boolean> {
  const out = output(options.lang)
  const wish = orderOf(options)
  const done = await beside(settings(), async (rows) => {
    const result: 'done' | Deletion | RetentionRefusal = await ORDERS[verb](transactOn(rows), wish)
    return { result, cleaned: verb !== 'erase' || typeof result === 'string' || (await cleanedUp(rows)) }
  })
  const { result, cleaned } = done
  if (options.json === true) out.json({ exchangeId: wish.exchangeId, [verb]: result })
  else {
    for (const line of sayOrder(verb, result, out)) out.line(line)
    if (!cleaned) out.complain(out.text(WORDS.dirty))
  }
  return result === 'done' || typeof result !== 'string'
}

/** What was done, or why nothing was. */
export function sayOrder(
  verb: keyof typeof ORDERS,
  result: 'done' | Deletion | RetentionRefusal,
  { text }: Pick<Output, 'text'>,
): readonly string[] {
  if (result === 'done') return [text(WORDS[verb === 'hold' ? 'hold' : 'release'])]
  if (typeof result === 'string') return [text(WORDS[result])]
  return [
    fill(text(WORDS.gone), listed(result.before)),
    fill(text(WORDS.left), listed(result.after)),
    text(WORDS.shredded),
  ]
}

const MOST_LETTERS = 200

function orderOf({ exchange, basis, consumer }: OrderOptions): RetentionOrder {
  if (!isExchangeId(exchange)) throw new WrongUsage('an exchange is named by its id, a UUID in lower case')
  if (holdsIdentifier(basis)) throw new WrongUsage('--basis holds what looks like a number of a person or vehicle')
  if (basis.trim() === '' || basis.length > MOST_LETTERS)
    throw new WrongUsage(`--basis takes a text of at most ${MOST_LETTERS} letters`)
  return { exchangeId: exchange, basis, at: systemClock(), ...(consumer === undefined ? {} : { consumer }) }
}
