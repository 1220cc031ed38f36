// Authenticates as an application with a key of its own would. Standard input: {issuer,
// id, key: the private key as PKCS #8 in base64}; standard output: what it got, as JSON.
import { text } from 'node:stream/consumers'
import * as oidc from 'openid-client'

const { issuer, id, key } = JSON.parse(await text(process.stdin))
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const signing = await crypto.subtle.importKey('pkcs8', Buffer.from(key, 'base64'), algorithm, false, ['sign'])
const config = await oidc.discovery(new URL(issuer), id, undefined, oidc.PrivateKeyJwt({ key: signing, kid: 'a' }), {
  execute: [oidc.allowInsecureRequests],
})
const token = await oidc.clientCredentialsGrant(config, { scope: 'read' })
const before = await oidc.tokenIntrospection(config, token.access_token)
await oidc.tokenRevocation(config, token.access_token)
const after = await oidc.tokenIntrospection(config, token.access_token)
console.log(JSON.stringify({ scope: token.scope, before: before.active, after: after.active }))
