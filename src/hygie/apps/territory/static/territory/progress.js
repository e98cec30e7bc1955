// Follows an import: reads the same page again until it is over.
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
while (document.querySelector("[data-progress][data-running]")) {
  await wait(1500);
  const answer = await fetch(location.href);
  if (!answer.ok) break;
  const read = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = read.querySelector("[data-progress]");
  if (!fresh) break;
  if (!fresh.hasAttribute("data-running")) {
    location.reload();
    break;
  }
  document.querySelector("[data-progress]").replaceChildren(...fresh.childNodes);
}
