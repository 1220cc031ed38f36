// As the README of @badgateway/oauth2-client shows.
import { OAuth2Client, generateCodeVerifier } from '@badgateway/oauth2-client'
import { id, issuer, person, redirectURI, scopes, secret, site, userinfo } from './settings.mjs'

const client = new OAuth2Client({ server: `${issuer}/`, clientId: id, clientSecret: secret })
const codeVerifier = await generateCodeVerifier()
const state = crypto.randomUUID()

const begin = () => client.authorizationCode.getAuthorizeUri({ redirectUri: redirectURI, state, codeVerifier, scope: scopes })

async function finish(url) {
  const tokens = await client.authorizationCode.getTokenFromCodeRedirect(url, { redirectUri: redirectURI, state, codeVerifier })
  const next = await client.refreshToken(tokens)
  return person(await userinfo(next.accessToken), next.accessToken !== tokens.accessToken)
}

site(begin, finish)
