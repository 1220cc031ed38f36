// Uses openid-client as an application would whose tokens are bound to a key (RFC 9449).
// Standard input: {step, ...}; standard output: the result of the step, as JSON.
//
//   begin {issuer, id, secret, redirectURI} -> {url, verifier, state}
//   finish {issuer, id, secret, begun, callback} -> {tokenType, confirmation, userinfo, ...}
//
// What lies between them is the browser's part.
import { text } from 'node:stream/consumers'
import * as oidc from 'openid-client'

const configured = ({ issuer, id, secret }) =>
  oidc.discovery(new URL(issuer), id, {}, secret ? oidc.ClientSecretBasic(secret) : oidc.None(), {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  })

async function begin(input) {
  const config = await configured(input)
  const verifier = oidc.randomPKCECodeVerifier()
  const state = oidc.randomState()
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: input.redirectURI, scope: 'openid profile offline_access', state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })
  return { url, verifier, state }
}

const errorOf = (promise) => promise.then(() => 'none', (caught) => caught.code ?? caught.message)

async function finish({ begun, callback, ...input }) {
  const config = await configured(input)
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair())
  const checks = { pkceCodeVerifier: begun.verifier, expectedState: begun.state, idTokenExpected: true }
  const tokens = await oidc.authorizationCodeGrant(config, new URL(callback), checks, undefined, { DPoP })
  const { sub } = tokens.claims()
  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP })
  const { cnf } = JSON.parse(Buffer.from(refreshed.access_token.split('.')[1], 'base64url'))
  return {
    tokenType: tokens.token_type, refreshed: refreshed.token_type, confirmation: cnf,
    thumbprint: await DPoP.calculateThumbprint(),
    userinfo: await oidc.fetchUserInfo(config, refreshed.access_token, sub, { DPoP }),
    bearer: await errorOf(oidc.fetchUserInfo(config, refreshed.access_token, sub)),
  }
}

const { step, ...input } = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(await { begin, finish }[step](input)))
