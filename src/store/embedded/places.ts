import { join } from 'node:path'

/** Where the embedded database keeps its things, all in one folder of the server's user. */
export interface Places {
  readonly home: string
  /** PostgreSQL's data directory. */
  readonly cluster: string
  readonly password: string
  readonly port: string
  /** Which process started the server and will stop it. */
  readonly owner: string
  /** Held while somebody starts or stops. */
  readonly lock: string
  readonly serverLog: string
}

export const placesBelow = (home: string): Places => ({
  home,
  cluster: join(home, 'cluster'),
  password: join(home, 'password'),
  port: join(home, 'port'),
  owner: join(home, 'owner.json'),
  lock: join(home, 'starting.lock'),
  serverLog: join(home, 'server.log'),
})
