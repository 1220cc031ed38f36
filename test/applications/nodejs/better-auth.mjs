// better-auth with its plugin for any provider; it keeps its users in memory here.
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { genericOAuth } from 'better-auth/plugins'
import { home, id, issuer, scopes, secret, serve } from './settings.mjs'

const auth = betterAuth({
  baseURL: home, secret: crypto.randomUUID() + crypto.randomUUID(),
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  plugins: [genericOAuth({
    config: [{ providerId: 'grantor', discoveryUrl: `${issuer}/.well-known/openid-configuration`, clientId: id, clientSecret: secret, scopes }],
  })],
})

serve(async (request) => {
  if (new URL(request.url).pathname.startsWith('/api/auth/')) return auth.handler(request)
  const session = await auth.api.getSession({ headers: request.headers })
  if (session) return Response.json({ name: session.user.name, email: session.user.email })
  const begun = await auth.handler(new Request(`${home}/api/auth/sign-in/social`, {
    method: 'POST', headers: { 'content-type': 'application/json', origin: home },
    body: JSON.stringify({ provider: 'grantor', callbackURL: '/' }),
  }))
  const { url } = await begun.json()
  const headers = new Headers({ location: url })
  for (const cookie of begun.headers.getSetCookie()) headers.append('set-cookie', cookie)
  return new Response(null, { status: 302, headers })
})
