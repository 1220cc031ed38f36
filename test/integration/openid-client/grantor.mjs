// Uses openid-client as an application would. Standard input: {issuer, clients:
// [{id, secret, method}]}; standard output: what it got, as JSON.
import { text } from 'node:stream/consumers'
import * as oidc from 'openid-client'

const { issuer, clients } = JSON.parse(await text(process.stdin))
const authentication = {
  client_secret_basic: oidc.ClientSecretBasic,
  client_secret_post: oidc.ClientSecretPost,
}

const results = []
for (const { id, secret, method } of clients) {
  for (const algorithm of ['oidc', 'oauth2']) {
    const config = await oidc.discovery(new URL(issuer), id, undefined, authentication[method](secret), {
      algorithm,
      execute: [oidc.allowInsecureRequests],
    })
    const token = await oidc.clientCredentialsGrant(config, { scope: 'read' })
    const before = await oidc.tokenIntrospection(config, token.access_token)
    await oidc.tokenRevocation(config, token.access_token)
    const after = await oidc.tokenIntrospection(config, token.access_token)
    let error
    try {
      await oidc.clientCredentialsGrant(config, { scope: 'write' })
    } catch (caught) {
      error = caught.error
    }
    results.push({
      id, method, algorithm, error, before, after,
      issuer: config.serverMetadata().issuer,
      type: token.token_type, scope: token.scope, lifetime: token.expiresIn(),
    })
  }
}
console.log(JSON.stringify(results))
