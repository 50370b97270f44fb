// The page that a notification leads to, kept by the service worker: an installed app on an iPhone opens where it
// starts, not where the notification leads (https://bugs.webkit.org/show_bug.cgi?id=259212).

const CACHE = "last page";
const KEY = "/push/last";
const VALID = 24 * 60 * 60 * 1000; // as long as its link answers

export async function lastPage() {
  const kept = "caches" in self && (await (await caches.open(CACHE)).match(KEY));
  const page = kept ? await kept.json() : null;
  return page && Date.now() - page.at < VALID ? page : null;
}

export async function opened(page) {
  await (await caches.open(CACHE)).put(KEY, new Response(JSON.stringify({ ...page, isOpened: true })));
}

// An installed app goes on to what it was notified of, once; afterwards its start offers the way there.
export async function goOn() {
  const page = await lastPage();
  if (!page) {
    return;
  }
  const link = document.getElementById("last");
  link.querySelector("a").href = page.url;
  link.hidden = false;
  if (!page.isOpened && (navigator.standalone || matchMedia("(display-mode: standalone)").matches)) {
    await opened(page);
    location.assign(page.url);
  }
}
