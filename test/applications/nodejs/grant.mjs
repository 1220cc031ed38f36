// Grant, with the settings that its README gives for a provider that it does not know.
import express from 'express'
import session from 'express-session'
import grant from 'grant'
import { address, complaint, endpoints, home, id, person, scopes, secret } from './settings.mjs'

const server = await endpoints()
const told = process.env.PKCE === 'true' ? { pkce: true } : {}
const app = express()
app.use(session({ secret: crypto.randomUUID(), resave: false, saveUninitialized: true }))
app.use(grant.express({
  defaults: { origin: home, transport: 'session', state: true },
  grantor: {
    authorize_url: server.authorization_endpoint, access_url: server.token_endpoint, profile_url: server.userinfo_endpoint, oauth: 2,
    key: id, secret, scope: scopes, scope_delimiter: ' ', callback: '/shown', response: ['tokens', 'profile'], ...told,
  },
}))
app.get('/', (request, response) => response.redirect('/connect/grantor'))
app.get('/shown', ({ session: { grant: { response: got } } }, response) => {
  response.json(got.profile ? person(got.profile) : { error: JSON.stringify(got.error) })
})
app.use((error, request, response, next) => response.json(complaint(error)))
app.listen(address.port, address.host)
