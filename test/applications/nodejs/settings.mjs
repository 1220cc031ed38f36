// What an application is told, and what the applications here have in common.
import { serve as listen } from '@hono/node-server'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, HOME_URL, ADDRESS } = process.env

export const issuer = ISSUER
export const id = CLIENT_ID
export const secret = CLIENT_SECRET
export const redirectURI = REDIRECT_URI
export const home = HOME_URL
export const scopes = ['openid', 'profile', 'email']

const [hostname, port] = ADDRESS.split(':')

// address is where to listen.
export const address = { host: hostname, port: Number(port) }

// serve answers the requests of the one visitor with a function from Request to Response.
export function serve(answer) {
  listen({
    hostname, port: Number(port),
    fetch: (request) => answer(request).catch((error) => (error instanceof Response ? error : Response.json(complaint(error)))),
  })
}

// site is a web site with a sign-in and a callback.
export function site(begin, finish) {
  const callback = new URL(redirectURI).pathname
  serve(async (request) => {
    const url = new URL(request.url)
    if (url.pathname === '/') return Response.redirect(await begin())
    if (url.pathname === callback) return Response.json(await finish(url))
    return new Response(null, { status: 404 })
  })
}

// person is what an application shows of a user, by the names of OpenID Connect.
export const person = ({ sub, name, email }, refreshed = false) => ({ subject: sub, name, email, refreshed })

// complaint is what an application shows in place of that.
export function complaint(error) {
  console.error(error)
  const causes = []
  for (let cause = error; cause; cause = cause.cause) causes.push(cause.message ?? JSON.stringify(cause))
  return { error: causes.join(': ') }
}

// endpoints are what discovery says, for libraries that do not ask.
export async function endpoints() {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`)
  return answer.json()
}

// userinfo asks who somebody is, for libraries that do not.
export async function userinfo(token) {
  const { userinfo_endpoint } = await endpoints()
  const answer = await fetch(userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`userinfo answers ${answer.status}`)
  return answer.json()
}
