// What the scenarios have in common: somebody with a browser, in front of a page.
// They take what they need from their input:
//
//   authorizeURL, otherAuthorizeURL  two requests of the same application
//   redirectURI                      where both end
//   username, password               somebody who may sign in
//   logoutURL, accountURL            pages of the server
//   javaScript                       false to do without
//
// An "answer" is what reached the redirect URI, as an object. A "screen" is what a
// page of the server says.

const watched = [];

// visitor returns a browser that knows nobody. What it complains about fails the
// test, whatever the scenario is for.
export async function visitor(browser, { javaScript = true }) {
  const context = await browser.newContext({ javaScriptEnabled: javaScript });
  context.on("page", (page) => watched.push(listen(page)));
  return { context, page: await context.newPage() };
}

// complaints are those of all visitors.
export const complaints = () => watched.flatMap((found) => found());

// listen collects what the browser complains about. That a page itself is an error
// is none: the tests know which are.
export function listen(page) {
  const heard = [];
  const pages = new Set();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) heard.push({ text: message.text(), url: message.location().url });
  });
  page.on("pageerror", (error) => heard.push({ text: `script: ${error.message}` }));
  page.on("response", (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) pages.add(response.url());
  });
  return () => heard.filter(({ text, url }) => !(text.startsWith("Failed to load resource") && pages.has(url)))
    .map(({ text, url }) => `console: ${text} (${url})`);
}

// press clicks something and waits for the page that follows.
export async function press(page, button) {
  const [response] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), button.click()]);
  return response;
}

export const decide = (page, value) => press(page, page.locator(`button[name=decision][value=${value}]`));

// signIn fills in the form. A server that checks as many passwords as it can says so,
// and is asked again.
export async function signIn(page, username, password) {
  for (let tries = 0; ; tries++) {
    await page.locator("input[name=username]").fill(username);
    await page.locator("input[name=password]").fill(password);
    const response = await press(page, page.locator("form:has(input[name=password]) button[type=submit]"));
    if (response?.status() !== 503 || tries === 10 || !await asksPassword(page)) return response;
  }
}

// screen says what a page shows.
export async function screen(page, response) {
  const texts = (selector) => page.locator(selector).allInnerTexts();
  return {
    url: page.url(), status: response?.status() ?? 0, title: await page.title(),
    heading: (await texts("h1")).join(" "), problem: (await texts("[role=alert]")).join(" "), text: (await texts("main")).join(" "),
    asksPassword: await asksPassword(page), asksConsent: await asksConsent(page),
  };
}

const shows = async (page, selector) => (await page.locator(selector).count()) > 0;
export const asksPassword = (page) => shows(page, "input[name=password]");
export const asksConsent = (page) => shows(page, "button[name=decision]");

export const arrived = (page, { redirectURI }) => page.url().startsWith(redirectURI);

// answer waits for the application and returns what it was told.
export async function answer(page, { redirectURI }) {
  await page.waitForURL((url) => url.href.startsWith(redirectURI)).catch(async (error) => {
    throw new Error(`still at ${JSON.stringify(await screen(page))}`, { cause: error });
  });
  return JSON.parse(await page.locator("#received").innerText());
}

// through goes from a request to the answer, past whatever the server asks.
export async function through(page, url, input) {
  const asked = [];
  await page.goto(url);
  return finish(page, input, asked);
}

// finish does what the page asks, and what those after it ask.
export async function finish(page, input, asked = []) {
  if (!arrived(page, input) && await asksPassword(page)) {
    asked.push("password");
    await signIn(page, input.username, input.password);
  }
  if (!arrived(page, input) && await asksConsent(page)) {
    asked.push("consent");
    await decide(page, "allow");
  }
  // The page that posts a form to the application does it by itself where it can.
  if (!(input.javaScript ?? true) && await shows(page, "form#submit-now")) {
    asked.push("continue");
    await press(page, page.locator("form#submit-now button"));
  }
  return { asked, answer: await answer(page, input) };
}
