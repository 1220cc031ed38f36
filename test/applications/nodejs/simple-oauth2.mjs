// As the README of simple-oauth2 shows. It knows neither discovery nor PKCE nor OpenID
// Connect.
import { AuthorizationCode } from 'simple-oauth2'
import { endpoints, id, person, redirectURI, scopes, secret, site, userinfo } from './settings.mjs'

const server = await endpoints()
const { origin } = new URL(server.token_endpoint)
const client = new AuthorizationCode({
  client: { id, secret },
  auth: { tokenHost: origin, tokenPath: new URL(server.token_endpoint).pathname, authorizePath: new URL(server.authorization_endpoint).pathname },
})

const begin = async () => client.authorizeURL({ redirect_uri: redirectURI, scope: scopes, state: crypto.randomUUID() })

async function finish(url) {
  const tokens = await client.getToken({ code: url.searchParams.get('code'), redirect_uri: redirectURI })
  const next = await tokens.refresh()
  return person(await userinfo(next.token.access_token), next.token.access_token !== tokens.token.access_token)
}

site(begin, finish)
