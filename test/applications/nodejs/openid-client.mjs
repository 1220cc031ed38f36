// As the README of openid-client shows.
import * as client from 'openid-client'
import { id, issuer, person, redirectURI, scopes, secret, site } from './settings.mjs'

const config = await client.discovery(new URL(issuer), id, secret)
const verifier = client.randomPKCECodeVerifier()

async function begin() {
  return client.buildAuthorizationUrl(config, {
    redirect_uri: redirectURI, scope: scopes.join(' '),
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })
}

async function finish(url) {
  const tokens = await client.authorizationCodeGrant(config, url, { pkceCodeVerifier: verifier })
  const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  const next = await client.refreshTokenGrant(config, tokens.refresh_token)
  return person(info, next.access_token !== tokens.access_token)
}

site(begin, finish)
