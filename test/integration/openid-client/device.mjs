// Uses openid-client as a command line would that has its user sign in elsewhere. Standard
// input: {step, ...}; standard output: the result of the step, as JSON.
//
//   begin {issuer, id} -> {device_code, user_code, verification_uri, ...}
//   finish {issuer, id, begun} -> {claims, refreshed}
//
// What lies between them is the user's part.
import { text } from 'node:stream/consumers'
import * as oidc from 'openid-client'

const configured = ({ issuer, id }) =>
  oidc.discovery(new URL(issuer), id, {}, oidc.None(), { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] })

const begin = async (input) => oidc.initiateDeviceAuthorization(await configured(input), { scope: 'openid profile offline_access' })

async function finish({ begun, ...input }) {
  const config = await configured(input)
  const tokens = await oidc.pollDeviceAuthorizationGrant(config, begun)
  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token)
  return { claims: tokens.claims(), refreshed: refreshed.access_token !== tokens.access_token }
}

const { step, ...input } = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(await { begin, finish }[step](input)))
