import { launch } from '../../src/store/embedded/launch.ts'

/** Starts the embedded server of the data folder in argv[2], says so on stdout, and waits to be killed; on SIGTERM it stops the server that is its own. */
const server = await launch({ dataDirectory: process.argv[2] ?? '', onNotice: () => undefined })
process.stdout.write(`${JSON.stringify({ owned: server.owned })}\n`)
setInterval(() => undefined, 60_000)
process.once('SIGTERM', () => void server.stop().then(() => process.exit()))
