import { launch } from '../../src/store/embedded/launch.ts'

/** Starts the embedded server of the data folder in argv[2], says so on stdout, and waits to be killed. */
const server = await launch({ dataDirectory: process.argv[2] ?? '', onNotice: () => undefined })
process.stdout.write(`${JSON.stringify({ owned: server.owned })}\n`)
setInterval(() => undefined, 60_000)
