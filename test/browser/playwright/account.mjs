// What people do on their account page; see visits.mjs for the input.
import { finish, press, screen, through, visitor } from "./visits.mjs";

// entries are the headings of what the page lists.
async function entries(page) {
  const headings = (section) => page.locator(`section[aria-labelledby=${section}] h3`).allInnerTexts();
  return { applications: await headings("applications"), logins: (await headings("logins")).sort(), notice: await page.locator("[role=status]").allInnerTexts() };
}

const entry = (page, heading) => page.locator("ul.entries > li", { has: page.getByRole("heading", { name: heading }) }).getByRole("button");

// account signs in with two browsers. One ends the other's login, takes back what
// it allowed the application, and signs itself out.
export async function account(browser, input) {
  const { page: here } = await visitor(browser, input);
  const { page: there } = await visitor(browser, input);
  await through(here, input.authorizeURL, input);
  const second = await through(there, input.otherAuthorizeURL, input);
  await here.goto(input.accountURL);
  const before = await entries(here);
  await press(here, entry(here, "Another browser"));
  const ended = await entries(here);
  const elsewhere = await screen(there, await there.goto(input.accountURL));
  await press(here, entry(here, input.application));
  const withdrawn = await entries(here);
  await here.goto(input.authorizeURL);
  const again = await finish(here, input);
  await here.goto(input.accountURL);
  await press(here, entry(here, "This browser"));
  return { second: second.asked, before, ended, elsewhere, withdrawn, again: again.asked, out: await screen(here) };
}
