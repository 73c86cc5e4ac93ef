import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { accessEntry } from '../exchange-log/rule-entries.ts'
import { requireTrusted } from '../policy/require-trusted.ts'
import type { AccessRegister, ProvenAct } from '../policy/register/access-register.ts'
import { createAccessRegister } from '../policy/register/create-access-register.ts'
import { verifyAct } from '../signature/verify-act.ts'
import type { Store } from '../store/store.ts'
import type { Certificates } from './certificates.ts'
import type { Keeper } from './keeper.ts'
import { summaryOf } from './rules.ts'

/** The register of agreements, over what is in force now. */
export const openRegister = (config: Config, store: Store, keeper: Keeper, clock: () => Date): AccessRegister =>
  createAccessRegister({
    store,
    schemasFolder: join(config.root, 'schemas'),
    prove: (jws, at) => prove(jws, at, keeper.certificates),
    world: () => ({
      governance: keeper.rules.governance,
      catalogue: summaryOf(keeper.rules.catalogue),
      keysOf: keeper.certificates.directories.keysOf,
      connectionKeysOf: keeper.certificates.directories.connectionKeysOf,
    }),
    entryOf: accessEntry,
    clock,
    onRecorded: () => keeper.refresh(),
  })

/** As for an application: the signature first, then the path and revocation of the certificate. */
async function prove(jws: string, at: Date, { trust, directories }: Certificates): Promise<ProvenAct> {
  const proven = verifyAct(jws, directories.seals, at)
  const registered = directories.seals.find(proven.signer.certificate)
  if (registered !== undefined) await requireTrusted(trust, registered.held, 'seal', at)
  return proven
}
