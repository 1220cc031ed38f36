// @fastify/oauth2 with discovery.
import oauth from '@fastify/oauth2'
import Fastify from 'fastify'
import { address, complaint, id, issuer, person, redirectURI, scopes, secret } from './settings.mjs'

const fastify = Fastify()
fastify.register(oauth, {
  name: 'grantor', credentials: { client: { id, secret } }, scope: scopes,
  startRedirectPath: '/', callbackUri: redirectURI, discovery: { issuer },
})
fastify.get(new URL(redirectURI).pathname, async (request) => {
  const { token } = await fastify.grantor.getAccessTokenFromAuthorizationCodeFlow(request)
  const next = await fastify.grantor.getNewAccessTokenUsingRefreshToken(token, {})
  return person(await fastify.grantor.userinfo(next.token), next.token.access_token !== token.access_token)
})
fastify.setErrorHandler((error, request, reply) => reply.status(200).send(complaint(error)))
await fastify.listen(address)
