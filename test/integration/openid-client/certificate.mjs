// Authenticates as an application with a certificate would. Standard input: {at: the URL of a
// replica, id, cert, key, ca: PEM}; standard output: what it got, as JSON.
import { request } from 'node:https'
import { buffer, text } from 'node:stream/consumers'
import * as oidc from 'openid-client'

const { at, id, cert, key, ca } = JSON.parse(await text(process.stdin))

// fetch of Node.js alone cannot be given a certificate.
const certified = (url, { method, headers, body }) => new Promise((resolve, reject) => {
  const sent = request(url, { method, headers: Object.fromEntries(new Headers(headers)), cert, key, ca }, async (response) => {
    const content = await buffer(response)
    resolve(new Response(content.length ? content : null, { status: response.statusCode, headers: new Headers(response.headers) }))
  })
  sent.on('error', reject)
  sent.end(body?.toString())
})

const server = await (await certified(at + '/.well-known/openid-configuration', { method: 'GET' })).json()
const config = new oidc.Configuration(server, id, { use_mtls_endpoint_aliases: true }, oidc.TlsClientAuth())
config[oidc.customFetch] = certified
const token = await oidc.clientCredentialsGrant(config, { scope: 'read' })
const before = await oidc.tokenIntrospection(config, token.access_token)
await oidc.tokenRevocation(config, token.access_token)
const after = await oidc.tokenIntrospection(config, token.access_token)
console.log(JSON.stringify({ scope: token.scope, type: token.token_type, bound: before.cnf?.['x5t#S256'], before: before.active, after: after.active }))
