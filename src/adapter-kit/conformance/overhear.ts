type Write = typeof process.stdout.write

let listening = 0
const ears = new Set<string[]>()

/** Runs work, and writes down what is printed meanwhile; it is still printed. */
export async function overhear<Value>(heard: string[], work: () => Promise<Value>): Promise<Value> {
  ears.add(heard)
  const stop = listening === 0 ? [process.stdout, process.stderr].map(tap) : []
  listening += 1
  try {
    return await work()
  } finally {
    listening -= 1
    for (const end of stop) endings.add(end)
    if (listening === 0) silence()
  }
}

const endings = new Set<() => void>()

/** Calls overlap: the last one to end takes the ears away. */
function silence(): void {
  for (const end of endings) end()
  endings.clear()
  ears.clear()
}

function tap(stream: NodeJS.WriteStream): () => void {
  const write = stream.write.bind(stream)
  const listen = (...args: Parameters<Write>): boolean => {
    const [text] = args
    for (const heard of ears) heard.push(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'))
    return write(...args)
  }
  stream.write = listen as Write
  return () => {
    stream.write = write
  }
}
