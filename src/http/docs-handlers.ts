import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Response } from 'express'
import { BrokerError } from '../problem/broker-error.ts'
import type { Handler } from './exchange-handlers.ts'

/** Addresses are relative to the page: it works behind a proxy, too. Nothing in it runs that is not a file of its own. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>edno: the contract</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<main id="contract"><noscript>Without JavaScript: <a href="openapi.json">openapi.json</a></noscript></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

/** Without an address of a validator: the page would tell a stranger what is read here. */
const START = `window.onload = () => {
  SwaggerUIBundle({ url: 'openapi.json', dom_id: '#contract', deepLinking: true, validatorUrl: null, supportedSubmitMethods: ['get'] })
}
`

/**
 * The page may load what this server has, and nothing else. Styles of single elements are set by the reader of the contract as
 * it draws; that is the one thing allowed in the page itself.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const packaged = createRequire(import.meta.url)
const fileOf = (name: string): Buffer => readFileSync(packaged.resolve(`swagger-ui-dist/${name}`))

/** Name → media type and octets. A copy of its own of each: no request is sent anywhere else. */
const FILES: Readonly<Record<string, { readonly type: string; readonly read: () => Buffer }>> = {
  'swagger-ui.css': { type: 'text/css', read: () => fileOf('swagger-ui.css') },
  'swagger-ui-bundle.js': { type: 'text/javascript', read: () => fileOf('swagger-ui-bundle.js') },
  'favicon-32x32.png': { type: 'image/png', read: () => fileOf('favicon-32x32.png') },
  'start.js': { type: 'text/javascript', read: () => Buffer.from(START) },
}

/** The contract as a page that a person can read, at the server that keeps it. */
export function docsHandlers(): Record<string, Handler> {
  const kept = new Map<string, Buffer>()
  const octetsOf = (name: string, read: () => Buffer): Buffer => {
    const known = kept.get(name) ?? read()
    kept.set(name, known)
    return known
  }
  return {
    browseContract: (_, response) => {
      send(response.set('Content-Security-Policy', POLICY), 'text/html', PAGE)
    },
    readContractPage: (request, response) => {
      const name = String(request.params['file'])
      const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined
      if (file === undefined) throw new BrokerError('request.not-found', 'the page of the contract has no such file')
      send(response.set('Cache-Control', 'public, max-age=3600'), file.type, octetsOf(name, file.read))
    },
  }
}

const send = (response: Response, type: string, body: string | Buffer): void => void response.type(type).send(body)
