// Passport with passport-oauth2, which sends a challenge only if it is told to.
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OAuth2Strategy from 'passport-oauth2'
import { address, complaint, endpoints, id, person, redirectURI, scopes, secret, userinfo } from './settings.mjs'

const server = await endpoints()
const told = process.env.PKCE === 'true' ? { pkce: true, state: true } : {}
passport.use(new OAuth2Strategy({
  authorizationURL: server.authorization_endpoint, tokenURL: server.token_endpoint,
  clientID: id, clientSecret: secret, callbackURL: redirectURI, scope: scopes, ...told,
}, (accessToken, refreshToken, profile, done) => userinfo(accessToken).then((info) => done(null, person(info)), done)))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: crypto.randomUUID(), resave: false, saveUninitialized: false }), passport.session())
app.get('/', passport.authenticate('oauth2'))
app.get(new URL(redirectURI).pathname, passport.authenticate('oauth2'), ({ user }, response) => response.json(user))
app.use((error, request, response, next) => response.json(complaint(error)))
app.listen(address.port, address.host)
