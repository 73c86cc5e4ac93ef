import { applicationXml, sealedApplication } from '../support/documents.ts'
import { makeIdentity, type TestIdentity } from '../support/certificates.ts'
import { forge, forged, type Wishes } from './forge.ts'

/**
 * How a document is made from signed originals, as data. Texts may hold `{{canonical}}`, `{{sealed}}`, … (the keys of
 * `Originals.texts`) and `{{repeat N|text}}`, in which `§` is the number of the round.
 */
export interface Recipe {
  /** The text to begin with. Default `{{sealed}}`. */
  readonly document?: string
  /** A signature made on the way: `{{forged}}` the element, `{{signed}}` the document with it in its place. */
  readonly sign?: { readonly by: SignerName; readonly over?: string } & Wishes
  /** In order; each must change something. */
  readonly changes?: readonly Change[]
  /** Bytes that no text can hold. */
  readonly octets?: { readonly before: string; readonly hex: string }
  readonly encoding?: 'utf16le'
  /** Bytes in front. */
  readonly mark?: string
  /** Blanks are added up to this length. */
  readonly length?: number
}

/** `find` a text, or everything a `pattern` matches, and `put` something there; `all` places of the text. */
export type Change =
  | { readonly find: string; readonly put: string; readonly all?: true }
  | { readonly pattern: string; readonly put: string }

export type SignerName = 'party' | 'ecParty' | 'attacker' | 'weakRsa' | 'otherCurve' | 'expired'

export interface Originals {
  readonly signers: Readonly<Record<SignerName, TestIdentity>>
  readonly texts: Readonly<Record<string, string>>
}

const SIGNATURE = /<ds:Signature .*<\/ds:Signature>/s

let made: Promise<Originals> | undefined

/** Keys of this process and what they signed, made once; nothing of it is ever stored. */
export const makeOriginals = (): Promise<Originals> => (made ??= signOriginals())

async function signOriginals(): Promise<Originals> {
  const [party, ecParty, attacker, weakRsa, otherCurve, expired] = await Promise.all([
    makeIdentity('troyan', 'rsa-2048'),
    makeIdentity('troyan', 'p-256'),
    makeIdentity('troyan', 'rsa-2048'),
    makeIdentity('troyan', 'rsa-1024'),
    makeIdentity('troyan', 'p-384'),
    makeIdentity('troyan', 'p-256', '2026-10-04'),
  ])
  const canonical = applicationXml()
  const sealed = Buffer.from(sealedApplication(party)).toString()
  const xades = forged(canonical, party, { xades: {} })
  const certificate = (who: TestIdentity): string => who.certificate.raw.toString('base64')
  return {
    signers: { party, ecParty, attacker, weakRsa, otherCurve, expired },
    texts: {
      canonical,
      evil: canonical.replaceAll('8427029967', '9932319960'),
      sealed,
      'sealed-ec': Buffer.from(sealedApplication(ecParty)).toString(),
      signature: SIGNATURE.exec(sealed)?.[0] ?? '',
      'signature-ec': forge(canonical, ecParty),
      'signature-of-attacker': forge(canonical, attacker),
      'evil-signature': forge(canonical.replaceAll('8427029967', '9932319960'), party),
      xades,
      'xades-ec': forged(canonical, ecParty, { xades: {} }),
      'xades-signature': SIGNATURE.exec(xades)?.[0] ?? '',
      'certificate-of-party': certificate(party),
      'certificate-of-attacker': certificate(attacker),
    },
  }
}

/** Follows a recipe. */
export function cook(recipe: Recipe, originals: Originals): Uint8Array {
  const texts = { ...originals.texts, ...signedTexts(recipe.sign, originals) }
  let text = fill(recipe.document ?? (recipe.sign === undefined ? '{{sealed}}' : '{{signed}}'), texts)
  for (const change of recipe.changes ?? []) text = applied(change, text, texts)
  if (recipe.length !== undefined) text = text.padEnd(recipe.length, ' ')
  return withOctets(Buffer.from(text, recipe.encoding ?? 'utf8'), recipe)
}

function withOctets(bytes: Buffer, { octets, mark }: Recipe): Uint8Array {
  const at = octets === undefined ? bytes.byteLength : bytes.indexOf(octets.before)
  return Buffer.concat([
    Buffer.from(mark ?? '', 'hex'),
    bytes.subarray(0, at),
    Buffer.from(octets?.hex ?? '', 'hex'),
    bytes.subarray(at),
  ])
}

function signedTexts(sign: Recipe['sign'], { signers, texts }: Originals): Record<string, string> {
  if (sign === undefined) return {}
  const { by, over = '{{canonical}}', ...wishes } = sign
  const filled = JSON.parse(
    JSON.stringify(wishes, (_, value: unknown) => (typeof value === 'string' ? fill(value, texts) : value)),
  ) as Wishes
  const document = fill(over, texts)
  const signature = forge(document, signers[by], filled, signers.attacker)
  return { forged: signature, signed: document.replace(/<\/[^<>]+>$/, (end) => signature + end) }
}

const PLACEHOLDER = /\{\{(?:repeat (\d+)\|(.*?)|([a-z-]+))\}\}/gs

export function fill(template: string, texts: Readonly<Record<string, string>>): string {
  return template.replace(PLACEHOLDER, (whole, times: string | undefined, text: string, name: string) => {
    if (times !== undefined) return repeated(Number(times), text)
    return texts[name] ?? whole
  })
}

const repeated = (times: number, text: string): string =>
  text.includes('§')
    ? Array.from({ length: times }, (_, at) => text.replaceAll('§', `${at}`)).join('')
    : text.repeat(times)

export function applied(change: Change, text: string, texts: Readonly<Record<string, string>>): string {
  const put = fill(change.put, texts)
  const changed =
    'pattern' in change ? text.replace(new RegExp(change.pattern, 'gs'), put) : replaced(change, text, put)
  if (changed === text) throw new Error(`the vector changes nothing: ${JSON.stringify(change)}`)
  return changed
}

const replaced = ({ find, all }: { readonly find: string; readonly all?: true }, text: string, put: string): string =>
  all === true ? text.replaceAll(find, () => put) : text.replace(find, () => put)
