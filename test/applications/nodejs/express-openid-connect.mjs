// express-openid-connect, with the code flow: its default is the implicit one, in which an
// application needs no secret.
import express from 'express'
import { auth } from 'express-openid-connect'
import { address, complaint, home, id, issuer, person, scopes, secret } from './settings.mjs'

const app = express()
app.use(auth({
  issuerBaseURL: issuer, baseURL: home, clientID: id, clientSecret: secret, secret: crypto.randomUUID(),
  authorizationParams: { response_type: 'code', scope: scopes.join(' ') },
}))
app.get('/', async (request, response) => {
  const before = request.oidc.accessToken.access_token
  const { access_token: after } = await request.oidc.accessToken.refresh()
  response.json(person(await request.oidc.fetchUserInfo(), before !== after))
})
app.use((error, request, response, next) => response.json(complaint(error)))
app.listen(address.port, address.host)
