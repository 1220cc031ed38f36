// Uses openid-client as a web application would that signs people in. Standard
// input: {step, ...}; standard output: the result of the step, as JSON.
//
//   begin {issuer, client: {id, secret, key, method, algorithm, redirectURI}, pushed, signed} -> {url, verifier, state, nonce}
//   finish {issuer, client, begun, callback} -> {idToken, header, userinfo, refreshed, ...}
//
// What lies between them is the browser's part.
import { text } from 'node:stream/consumers'
import * as oidc from 'openid-client'

const authentication = {
  client_secret_basic: oidc.ClientSecretBasic,
  client_secret_post: oidc.ClientSecretPost,
  private_key_jwt: oidc.PrivateKeyJwt,
  none: oidc.None,
}

// key is a private key: PKCS #8 in base64.
async function signingKey({ key }) {
  return { key: await crypto.subtle.importKey('pkcs8', Buffer.from(key, 'base64'), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']), kid: 'objects' }
}

async function configured({ issuer, client }) {
  const { id, secret, method, algorithm } = client
  const credential = method === 'private_key_jwt' ? await signingKey(client) : secret
  return oidc.discovery(new URL(issuer), id, algorithm ? { id_token_signed_response_alg: algorithm } : {}, authentication[method](credential), {
    // The signatures of ID tokens, too, which the code flow could do without.
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  })
}

async function begin(input) {
  const config = await configured(input)
  const verifier = oidc.randomPKCECodeVerifier()
  const state = oidc.randomState()
  const nonce = oidc.randomNonce()
  const build = input.pushed ? oidc.buildAuthorizationUrlWithPAR : oidc.buildAuthorizationUrl
  let parameters = {
    redirect_uri: input.client.redirectURI, scope: 'openid profile email offline_access', state, nonce, max_age: '3600',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  }
  if (input.signed) parameters = (await oidc.buildAuthorizationUrlWithJAR(config, parameters, await signingKey(input.client))).searchParams
  const url = await build(config, parameters)
  return { url, verifier, state, nonce }
}

const errorOf = (promise) => promise.then(() => 'none', (caught) => caught.error ?? caught.code ?? caught.message)

async function finish({ begun, callback, ...input }) {
  const config = await configured(input)
  const checks = { pkceCodeVerifier: begun.verifier, expectedState: begun.state, expectedNonce: begun.nonce, maxAge: 3600, idTokenExpected: true }
  const tokens = await oidc.authorizationCodeGrant(config, new URL(callback), checks)
  const { sub } = tokens.claims()
  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, sub)
  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token)
  await oidc.tokenRevocation(config, refreshed.refresh_token)
  return {
    claims: tokens.claims(), userinfo, scope: tokens.scope,
    header: JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url')),
    renewed: refreshed.access_token !== tokens.access_token && refreshed.refresh_token !== tokens.refresh_token,
    samePerson: refreshed.claims()?.sub === sub,
    // Revoking a refresh token ends all that came of the sign-in.
    refreshAfter: await errorOf(oidc.refreshTokenGrant(config, refreshed.refresh_token)),
    userinfoAfter: await errorOf(oidc.fetchUserInfo(config, refreshed.access_token, sub)),
    endSession: oidc.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token, post_logout_redirect_uri: input.client.redirectURI, state: 'bye',
    }),
  }
}

const { step, ...input } = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(await { begin, finish }[step](input)))
