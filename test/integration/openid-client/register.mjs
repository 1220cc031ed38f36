// Registers a client at the server, and goes through the code flow with it. Standard input:
// {step, ...}; standard output: the result of the step, as JSON.
//
//   begin {issuer, metadata} -> {id, secret, url, verifier}
//   finish {issuer, id, secret, verifier, to} -> {sub, refreshed}
//
// What lies between them is the user's part.
import { text } from 'node:stream/consumers'
import * as oidc from 'openid-client'

const options = { execute: [oidc.allowInsecureRequests] }
const authentication = (secret) => (secret ? oidc.ClientSecretPost(secret) : oidc.None())

async function begin({ issuer, metadata }) {
  const config = await oidc.dynamicClientRegistration(new URL(issuer), metadata, undefined, options)
  const { client_id: id, client_secret: secret, redirect_uris: [redirect] } = config.clientMetadata()
  const verifier = oidc.randomPKCECodeVerifier()
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirect, scope: 'openid offline_access', state: 'some-state',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })
  return { id, secret, url: url.href, verifier }
}

async function finish({ issuer, id, secret, verifier, to }) {
  const config = await oidc.discovery(new URL(issuer), id, {}, authentication(secret), options)
  const tokens = await oidc.authorizationCodeGrant(config, new URL(to), { pkceCodeVerifier: verifier, expectedState: 'some-state' })
  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token)
  return { sub: tokens.claims().sub, refreshed: refreshed.access_token !== tokens.access_token }
}

const { step, ...input } = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(await { begin, finish }[step](input)))
