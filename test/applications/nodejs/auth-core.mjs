// Auth.js, which NextAuth.js, @auth/express and @auth/sveltekit are made of. A provider of
// type oidc, and nothing else.
import { Auth } from '@auth/core'
import { home, id, issuer, secret, serve } from './settings.mjs'

const config = {
  basePath: '/auth', trustHost: true, secret: crypto.randomUUID(),
  providers: [{ id: 'grantor', name: 'Grantor', type: 'oidc', issuer, clientId: id, clientSecret: secret }],
}

serve(async (request) => {
  if (new URL(request.url).pathname.startsWith('/auth/')) return Auth(request, config)
  const session = await (await Auth(new Request(`${home}/auth/session`, { headers: request.headers }), config)).json()
  if (!session) return Response.redirect(`${home}/auth/signin`)
  return Response.json({ name: session.user.name, email: session.user.email })
})
