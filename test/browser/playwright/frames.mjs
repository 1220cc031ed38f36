// framed says whether a page shows inside another site's frame.
export async function framed(browser, { application, page: target }) {
  const outside = await (await browser.newContext()).newPage();
  await outside.goto(application);
  await outside.evaluate((url) => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.onload = done;
    frame.src = url;
    document.body.append(frame);
  }), target);
  const frame = outside.frames().find((f) => f !== outside.mainFrame());
  return { forms: await frame.locator("form").count() };
}
