// As examples/oidc.ts of oauth4webapi shows.
import * as oauth from 'oauth4webapi'
import { id, issuer, person, redirectURI, scopes, secret, site } from './settings.mjs'

const url = new URL(issuer)
const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url))
const client = { client_id: id }
const authentication = oauth.ClientSecretPost(secret)
const verifier = oauth.generateRandomCodeVerifier()

async function begin() {
  const to = new URL(server.authorization_endpoint)
  to.search = new URLSearchParams({
    client_id: id, redirect_uri: redirectURI, response_type: 'code', scope: scopes.join(' '),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })
  return to
}

async function finish(current) {
  const parameters = oauth.validateAuthResponse(server, client, current)
  const answer = await oauth.authorizationCodeGrantRequest(server, client, authentication, parameters, redirectURI, verifier)
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, { requireIdToken: true })
  await oauth.validateApplicationLevelSignature(server, answer)
  const { sub } = oauth.getValidatedIdTokenClaims(tokens)
  const info = await oauth.processUserInfoResponse(server, client, sub, await oauth.userInfoRequest(server, client, tokens.access_token))
  const next = await oauth.processRefreshTokenResponse(server, client,
    await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token))
  return person(info, next.access_token !== tokens.access_token)
}

site(begin, finish)
