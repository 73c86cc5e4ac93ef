import { get } from 'node:https'

/** GET without a client certificate, over a connection of its own. */
export const getJson = (url: string, ca: string): Promise<{ status: number; body: unknown }> =>
  new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
      )
    }).on('error', reject)
  })
