// Starts oidc-provider with rotation of refresh tokens, and prints its issuer. Then it prints
// a code for each line of its input, which is a redirect URI, a space and a code challenge.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

// The library speaks of its settings on the standard output, which is for codes.
console.info = console.error;
console.warn = console.error;

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;
const [clientID, clientSecret, redirectURI] = process.argv.slice(2);

const provider = new Provider(issuer, {
  clients: [{
    client_id: clientID,
    client_secret: clientSecret,
    redirect_uris: [redirectURI],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
  }],
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false }, introspection: { enabled: true } },
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  scopes: ['openid', 'offline_access', 'read'],
  ttl: { AccessToken: 3600, ClientCredentials: 3600, RefreshToken: 86400, AuthorizationCode: 60, Grant: 86400 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
server.on('request', provider.callback());

async function code(redirect, challenge) {
  const client = await provider.Client.find(clientID);
  const grant = new provider.Grant({ accountId: 'ada', clientId: clientID });
  grant.addOIDCScope('openid offline_access read');
  const grantId = await grant.save();
  return new provider.AuthorizationCode({
    accountId: 'ada',
    client,
    grantId,
    gty: 'authorization_code',
    redirectUri: redirect,
    scope: 'openid offline_access read',
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
  }).save();
}

console.log(issuer);
for await (const line of createInterface({ input: process.stdin })) {
  const [redirect, challenge] = line.split(' ');
  console.log(await code(redirect, challenge));
}
process.exit(0);
