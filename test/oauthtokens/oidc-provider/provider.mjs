// Starts oidc-provider with rotation of refresh tokens, and prints its issuer. Then it prints
// a code for each line of its input, which is a redirect URI, a space and a code challenge.
// Below /test/ a test sets the clock, and reads how many token requests there were, how many at
// once, and how many authorizations were revoked.
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
  ttl: { AccessToken: 3600, ClientCredentials: 3600, RefreshToken: 86400, AuthorizationCode: 60, Grant: 30 * 86400 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});

let now = Date.now();
Date.now = () => now;
let running = 0;
const counts = { requests: 0, atOnce: 0, revoked: 0 };
provider.on('grant.revoked', () => { counts.revoked += 1; });
const answer = provider.callback();
server.on('request', (request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname === '/test/clock') {
    now = Number(url.searchParams.get('at'));
    response.writeHead(204).end();
    return;
  }
  if (url.pathname === '/test/counts') {
    response.end(JSON.stringify(counts));
    return;
  }
  if (url.pathname === '/token') {
    counts.requests += 1;
    running += 1;
    counts.atOnce = Math.max(counts.atOnce, running);
    response.on('close', () => { running -= 1; });
  }
  answer(request, response);
});

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
