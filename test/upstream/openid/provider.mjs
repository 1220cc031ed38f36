// Starts oidc-provider, where whoever types the name of an account on its pages is signed in,
// and prints its issuer. Below /test/ a test adds accounts and removes them.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

// The library speaks of its settings on the standard output, which is for the issuer.
console.info = console.error;
console.warn = console.error;

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;
const [clientID, clientSecret, redirectURI] = process.argv.slice(2);
const accounts = new Map();

const provider = new Provider(issuer, {
  clients: [{
    client_id: clientID,
    client_secret: clientSecret,
    redirect_uris: [redirectURI],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_basic',
  }],
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
  scopes: ['openid', 'offline_access'],
  pkce: { required: () => true },
  findAccount: (_, id) => accounts.has(id) && { accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) },
});

const answer = provider.callback();
server.on('request', (request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname !== '/test/account') {
    answer(request, response);
    return;
  }
  const id = url.searchParams.get('id');
  if (url.searchParams.has('claims')) {
    accounts.set(id, JSON.parse(url.searchParams.get('claims')));
  } else {
    accounts.delete(id);
  }
  response.writeHead(204).end();
});

console.log(issuer);
for await (const _ of process.stdin) {
  // Until the test ends it.
}
process.exit(0);
