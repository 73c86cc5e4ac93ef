import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type AccessClient, accessClient, Refused } from '../../client/access.ts'
import type { Connection } from '../../client/connect.ts'
import type { AgreementAct } from '../../model/agreement.ts'
import { type PartyId, partyId } from '../../model/ids.ts'
import { spkiSha256 } from '../../pki/spki.ts'
import { signAct } from '../../signature/sign-act.ts'
import { developmentKeys, type PartyKeys } from '../compose.ts'
import { type Output, output } from '../output.ts'
import { settings } from '../settings.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { printProblem } from './print.ts'

/** Options that every verb of `edno access` takes which speaks to a running edno. */
export interface CallerOptions {
  /** Who acts. */
  readonly party: string
  /** Files (PEM) of what acts are signed with. */
  readonly key?: string
  readonly certificate?: string
  /** Files (PEM) of the connection. */
  readonly tlsKey?: string
  readonly tlsCertificate?: string
  readonly ca?: string
  readonly url?: string
  readonly json?: boolean
  readonly lang?: string
}

/** A party at its terminal: who it is, its connection, its key. */
export interface Caller {
  readonly party: PartyId
  readonly client: AccessClient
  readonly sign: (act: AgreementAct) => string
  /** SHA-256 of the key that it signs with, as agreements name it. */
  readonly key: string
  /** The same of the key of its connection, by which questions of RegiX come. */
  readonly connectionKey: string
  readonly out: Output
  readonly json: boolean
}

/** Opens the connection, works, closes it; a refusal of edno is printed and gives false. */
export async function asParty(options: CallerOptions, work: (caller: Caller) => Promise<boolean>): Promise<boolean> {
  const keys = await keysOf(options)
  const { certificate, key } = keys.seal
  return overConnection(
    options,
    accessClient,
    (client, { out, json }) =>
      work({
        ...{ party: partyId(options.party), client, out, json },
        sign: (act) => signAct(act, { keyPem: key, certificatePem: certificate }),
        key: keyOf(certificate),
        connectionKey: keyOf(keys.tls.certificate),
      }),
    keys,
  )
}

/** What whoever works over a connection needs besides. */
export interface Terminal {
  readonly out: Output
  readonly json: boolean
}

/** The same with any client. */
export async function overConnection<Client extends { readonly close: () => void }>(
  options: CallerOptions,
  open: (connection: Connection, language: Output['language']) => Client,
  work: (client: Client, terminal: Terminal) => Promise<boolean>,
  known?: Connecting,
): Promise<boolean> {
  const config = settings()
  const out = output(options.lang)
  const keys = known ?? (await connectingOf(options))
  const url = options.url ?? `https://127.0.0.1:${config.http.port}`
  const client = open({ url, ca: keys.ca, ...keys.tls }, out.language)
  const json = options.json === true
  try {
    return await work(client, { out, json })
  } catch (error) {
    if (error instanceof Refused) return refused(error, { out, json })
    if (!isNetworkError(error)) throw error
    throw new Error(`edno does not answer at ${url}; is it running (npm start)?`, { cause: error })
  } finally {
    client.close()
  }
}

function refused({ problem }: Refused, { out, json }: Pick<Terminal, 'out' | 'json'>): false {
  if (json) out.json({ problem })
  else printProblem(problem, out)
  return false
}

const isNetworkError = (error: unknown): boolean =>
  error instanceof Error && 'isAxiosError' in error && error.isAxiosError === true

/** The name of the key in a certificate file's text. */
export const keyOf = (certificatePem: string): string => spkiSha256(createPublicKey(certificatePem))

type Keys = Pick<PartyKeys, 'ca' | 'tls' | 'seal'>

type Connecting = Pick<PartyKeys, 'ca' | 'tls'>

/** Who only reads signs nothing. */
async function connectingOf(options: CallerOptions): Promise<Connecting> {
  const tls = pairOf(options.tlsCertificate, options.tlsKey, '--tls-certificate and --tls-key')
  if (tls !== undefined && options.ca !== undefined) return { tls, ca: readFileSync(options.ca, 'utf8') }
  return keysOf(options)
}

/** The party's own files; whatever pair is not named is taken from the development PKI. */
export async function keysOf(options: CallerOptions): Promise<Keys> {
  const seal = pairOf(options.certificate, options.key, '--certificate and --key')
  const tls = pairOf(options.tlsCertificate, options.tlsKey, '--tls-certificate and --tls-key')
  const ca = options.ca === undefined ? undefined : readFileSync(options.ca, 'utf8')
  if (seal !== undefined && tls !== undefined && ca !== undefined) return { seal, tls, ca }
  const development = await developmentKeys(settings(), options.party)
  return { seal: seal ?? development.seal, tls: tls ?? development.tls, ca: ca ?? development.ca }
}

function pairOf(certificate: string | undefined, key: string | undefined, names: string): Keys['seal'] | undefined {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined) throw new WrongUsage(`${names} go together`)
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
}
