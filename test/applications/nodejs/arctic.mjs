// As Arctic's guide for OAuth 2.0 shows. It does not ask discovery.
import * as arctic from 'arctic'
import { endpoints, id, person, redirectURI, scopes, secret, site, userinfo } from './settings.mjs'

const server = await endpoints()
const client = new arctic.OAuth2Client(id, secret, redirectURI)
const state = arctic.generateState()
const verifier = arctic.generateCodeVerifier()

async function begin() {
  return client.createAuthorizationURLWithPKCE(server.authorization_endpoint, state, arctic.CodeChallengeMethod.S256, verifier, scopes)
}

async function finish(url) {
  const tokens = await client.validateAuthorizationCode(server.token_endpoint, url.searchParams.get('code'), verifier)
  const next = await client.refreshAccessToken(server.token_endpoint, tokens.refreshToken(), [])
  const info = await userinfo(next.accessToken())
  if (arctic.decodeIdToken(tokens.idToken()).sub !== info.sub) throw new Error('two subjects')
  return person(info, next.accessToken() !== tokens.accessToken())
}

site(begin, finish)
