// Exchanges a token as a service would that was called for a user. Standard input: {issuer, id,
// secret, subject, audience}; standard output: what it got, as JSON.
import { text } from 'node:stream/consumers'
import * as oidc from 'openid-client'

const { issuer, id, secret, subject, audience } = JSON.parse(await text(process.stdin))
const config = await oidc.discovery(new URL(issuer), id, undefined, oidc.ClientSecretBasic(secret), { execute: [oidc.allowInsecureRequests] })
const token = await oidc.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
  subject_token: subject,
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  audience,
  scope: 'read',
})
const told = await oidc.tokenIntrospection(config, token.access_token)
console.log(JSON.stringify({ scope: token.scope, type: token.token_type, issued: token.issued_token_type, active: told.active, actor: told.act?.sub }))
