// Passport with passport-openidconnect. It does not ask discovery, and sends a nonce only if
// it is told to.
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'
import { address, complaint, endpoints, id, redirectURI, scopes, secret } from './settings.mjs'

const server = await endpoints()
passport.use(new OpenIDConnectStrategy({
  issuer: server.issuer, authorizationURL: server.authorization_endpoint, tokenURL: server.token_endpoint,
  userInfoURL: server.userinfo_endpoint, clientID: id, clientSecret: secret, callbackURL: redirectURI,
  scope: scopes, nonce: process.env.NONCE === 'true',
}, (issuer, profile, done) => done(null, profile)))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: crypto.randomUUID(), resave: false, saveUninitialized: false }), passport.session())
app.get('/', passport.authenticate('openidconnect'))
app.get(new URL(redirectURI).pathname, passport.authenticate('openidconnect'), ({ user }, response) => {
  response.json({ subject: user.id, name: user.displayName, email: user.emails?.[0].value })
})
app.use((error, request, response, next) => response.json(complaint(error)))
app.listen(address.port, address.host)
