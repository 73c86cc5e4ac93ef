/**
 * Resolves at the first SIGINT or SIGTERM with its name. A second one ends the process at once: somebody is in a hurry.
 */
export const untilStopped = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        process.once(signal, () => process.exit(1))
        resolve(signal)
      })
  })
