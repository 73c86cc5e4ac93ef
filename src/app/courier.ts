import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { addressJudge } from '../callbacks/addresses.ts'
import { Courier } from '../callbacks/courier.ts'
import { callbackPoster } from '../callbacks/post-callback.ts'
import { type CallbackSigner, callbackSigner } from '../callbacks/sign-callback.ts'
import type { Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import type { Keys } from './keys.ts'
import type { Capabilities } from './ports.ts'
import type { Rules } from './rules.ts'

export const callbackSignerOf = ({ secrets }: Keys): CallbackSigner =>
  callbackSigner(secrets.callbackKeys.map((key) => key.reveal()))

/** Who registered an address shall be told; without a key nobody could tell that it was edno. */
export function requireCallbackKey({ governance }: Rules, { secrets }: Keys): void {
  const told = [...governance.parties.values()].filter(({ callbacks }) => callbacks !== undefined)
  if (told.length > 0 && secrets.callbackKeys.length === 0)
    throw new ConfigRefused([
      `/keys/callbackKeyFile is missing: ${told.map(({ id }) => id).join(', ')} registered an address for callbacks`,
    ])
}

/** The courier of this process, at work. */
export function openCourier(
  {
    config,
    keys,
    store,
    rules,
    clock,
    logger,
  }: Pick<Capabilities, 'config' | 'keys' | 'store' | 'rules' | 'clock' | 'logger'>,
  signer: CallbackSigner,
): Courier {
  const { timeoutMs, retrySeconds, allowNetworks } = config.callbacks
  const ca = authoritiesOf(config, keys)
  const courier = new Courier({
    ...{ db: store.db, signer, timeoutMs, retrySeconds, clock, logger },
    post: callbackPoster({ judge: addressJudge(allowNetworks), timeoutMs, ...(ca === undefined ? {} : { ca }) }),
    urlOf: (consumer) => rules.governance.parties.get(consumer)?.callbacks?.url,
    isSuspended: (consumer) => rules.governance.parties.get(consumer)?.state !== 'active',
  })
  courier.start()
  return courier
}

/** The operator's own besides those that Node believes; in development that of the development PKI. */
function authoritiesOf({ callbacks }: Config, { development }: Keys): readonly string[] | undefined {
  const files = [callbacks.caFile, development?.caFile].filter((file) => file !== undefined)
  return files.length === 0 ? undefined : [...rootCertificates, ...files.map((file) => readFileSync(file, 'utf8'))]
}
