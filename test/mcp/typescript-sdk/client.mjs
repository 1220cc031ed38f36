// Uses the MCP TypeScript SDK as a program with a user does. Standard input: one JSON object
// {step, ...} per line; standard output: the result of each step, one per line.
//
//   connect {server}     -> {authorizationURL} if a user has to sign in, else {}
//   finish {callback}    -> {tokens, clientID}
//   call {tool}          -> {text, tokens}, or {authorizationURL}
//   spoil {}             -> {}: the access token is no longer right, as if it had expired
//
// Each result has visited, what was sent where: "GET https://... 401". A failure is {error}.
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const { CLIENT_METADATA_URL, REDIRECT_URI } = process.env
const saved = {}

const provider = {
  redirectUrl: REDIRECT_URI,
  clientMetadataUrl: CLIENT_METADATA_URL,
  clientMetadata: {
    client_name: 'Agent', redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
  },
  state: () => (saved.state = randomUUID()),
  clientInformation: () => saved.client,
  saveClientInformation: (client) => { saved.client = client },
  tokens: () => saved.tokens,
  saveTokens: (tokens) => { saved.tokens = tokens },
  codeVerifier: () => saved.verifier,
  saveCodeVerifier: (verifier) => { saved.verifier = verifier },
  invalidateCredentials: (what) => {
    if (what === 'all') delete saved.client
    delete saved.tokens
  },
  redirectToAuthorization: (url) => { saved.url = url.href },
}

const visited = []
async function watched(url, init) {
  const response = await fetch(url, init)
  visited.push(`${init?.method ?? 'GET'} ${url} ${response.status}`)
  return response
}

let server, client, transport
// signedIn does what needs a user who has signed in, and otherwise returns where the user does.
async function signedIn(what) {
  try {
    return await what()
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    return { authorizationURL: saved.url }
  }
}

async function open() {
  client = new Client({ name: 'agent', version: '1.0.0' })
  transport = new StreamableHTTPClientTransport(new URL(server), { authProvider: provider, fetch: watched })
  client.onerror = (error) => console.error(error)
  await client.connect(transport)
  // The SDK asks for a stream meanwhile, and gives up the answer 405. A call at the same moment
  // can lose its connection with that.
  while (!visited.some((visit) => visit.startsWith(`GET ${server} `))) await setTimeout(5)
  await setTimeout(20)
}

const steps = {
  async connect(input) {
    server = input.server
    return signedIn(async () => {
      await open()
      return {}
    })
  },
  async finish({ callback }) {
    const answer = new URL(callback).searchParams
    if (answer.get('state') !== saved.state) throw new Error('another state')
    await transport.finishAuth(answer.get('code'))
    await open()
    return { tokens: saved.tokens, clientID: saved.client.client_id }
  },
  async call({ tool }) {
    return signedIn(async () => {
      const { content } = await client.callTool({ name: tool })
      return { text: content[0].text, tokens: saved.tokens }
    })
  },
  async spoil() {
    saved.tokens = { ...saved.tokens, access_token: 'expired' }
    return {}
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { step, ...input } = JSON.parse(line)
  const result = await steps[step](input).catch((error) => ({ error: `${error.name}: ${error.message}` }))
  console.log(JSON.stringify({ ...result, visited: visited.splice(0) }))
}
process.exit(0)
