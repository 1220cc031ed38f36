// What people do with passkeys, which Chromium's virtual authenticator keeps. The input:
//
//   issuer              the server
//   username, password  somebody who may sign in
//   elsewhere           an origin of the same host that passes on what the server answers
//   phisher             the same of another host
//
// and authorizeURL, otherAuthorizeURL and redirectURI as in visits.mjs.
import { answer, arrived, asksConsent, decide, press, screen, signIn, visitor } from "./visits.mjs";

// authenticator gives a page one that always finds its user there.
async function authenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
  } });
  const send = (command, more) => session.send(`WebAuthn.${command}`, { authenticatorId, ...more });
  return {
    credentials: async () => (await send("getCredentials")).credentials,
    clear: () => send("clearCredentials"),
    add: (credential) => send("addCredential", { credential }),
  };
}

const adds = (page) => page.locator("form[data-create] button");
const uses = (page) => page.locator("form[data-get] button");

// refused presses a button after which the script shows a problem and submits nothing.
async function refused(page, button) {
  const posts = [];
  const count = (request) => { if (request.method() === "POST") posts.push(request.url()); };
  page.on("request", count);
  await button.click();
  await page.locator("form .problem[role=alert]:visible").waitFor();
  page.off("request", count);
  return { problem: await page.locator("form .problem[role=alert]:visible").innerText(), posts };
}

// asked opens a page of a server up to where it asks for a second factor.
async function asked(page, at, input) {
  await page.goto(`${at}/account`);
  await signIn(page, input.username, input.password);
  return screen(page);
}

const headings = (page) => page.locator("section[aria-labelledby=passkeys] h3").allInnerTexts();

// passkeys adds a passkey, and one more that the authenticator refuses, and signs in with it,
// also after the authenticator has not found it.
export async function passkeys(browser, input) {
  const { page } = await visitor(browser, input);
  const device = await authenticator(page);
  await page.goto(`${input.issuer}/account/security`);
  const policy = (await signIn(page, input.username, input.password)).headers()["content-security-policy"];
  await page.locator("form[data-create] input[name=name]").fill("Laptop");
  const added = await screen(page, await press(page, adds(page)));
  const codes = await page.locator("ul.codes > li").count();
  const [made] = await device.credentials();
  await press(page, page.locator("button[value=continue]"));
  const names = await headings(page);
  const twice = await refused(page, adds(page));

  const { page: next } = await visitor(browser, input);
  const other = await authenticator(next);
  const question = await asked(next, input.issuer, input);
  const lost = await refused(next, uses(next));
  await other.add(made);
  const signedIn = await screen(next, await press(next, uses(next)));
  const [used] = await other.credentials();
  // Going back shows a page whose question was answered, perhaps with that answer in its form.
  await next.goBack();
  const back = await screen(next, await press(next, uses(next)));
  return { policy, added, codes, names, twice, question, lost, signedIn, back, counts: [made.signCount, used.signCount], made };
}

// phished signs in at places that only pass on what the server answers.
export async function phished(browser, input) {
  const { page } = await visitor(browser, input);
  const device = await authenticator(page);
  await device.add(input.made);
  const question = await asked(page, input.elsewhere, input);
  const forged = await screen(page, await press(page, uses(page)));
  const { page: next } = await visitor(browser, input);
  const other = await authenticator(next);
  await other.add(input.made);
  await asked(next, input.phisher, input);
  const prevented = await refused(next, uses(next));
  const there = await screen(next, await next.goto(`${input.phisher}/account`));
  return { question, forged, prevented, there };
}

// withoutPasskeys shows that nothing about passkeys is offered where no script runs.
export async function withoutPasskeys(browser, input) {
  const { page } = await visitor(browser, { ...input, javaScript: false });
  const question = await asked(page, input.issuer, input);
  return { question, shown: await uses(page).isVisible() };
}

// passkeysOnTheWay adds a passkey on the way to an application, and uses it on the next.
// Chromium holds the redirects to the application to the form-action of each page.
export async function passkeysOnTheWay(browser, input) {
  const { page } = await visitor(browser, input);
  const device = await authenticator(page);
  await page.goto(input.authorizeURL);
  await signIn(page, input.username, input.password);
  const enrolling = await screen(page);
  await press(page, adds(page));
  const codes = await page.locator("ul.codes > li").count();
  await press(page, page.locator("button[value=continue]"));
  if (!arrived(page, input) && await asksConsent(page)) await decide(page, "allow");
  const first = await answer(page, input);
  const [made] = await device.credentials();

  const { page: next } = await visitor(browser, input);
  await (await authenticator(next)).add(made);
  await next.goto(input.otherAuthorizeURL);
  await signIn(next, input.username, input.password);
  await press(next, uses(next));
  return { enrolling, codes, first, second: await answer(next, input) };
}
