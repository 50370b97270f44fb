// The service worker: shows pages that are pushed, and answers them without a page being open.
"use strict";

const LABELS = { acknowledge: "Acknowledge", reject: "Reject" };
const UNREADABLE = { title: "An alert needs you", body: "Its text could not be read. Look into Slack.", tag: "unreadable" };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const page = read(event.data);
  event.waitUntil(Promise.allSettled([show(page), page.url ? keep(page) : null]));
});

self.addEventListener("notificationclick", (event) => {
  const page = event.notification.data;
  event.waitUntil(event.action ? answer(page, event.action) : open(event.notification));
});

// The push service ended a subscription: make another and put it in the place of the old one.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event.oldSubscription, event.newSubscription));
});

function read(data) {
  try {
    return data.json();
  } catch {
    return UNREADABLE;
  }
}

// An installed app on an iPhone opens where it starts: last_page.js leads on from there.
async function keep(page) {
  const kept = await caches.open("last page");
  await kept.put("/push/last", new Response(JSON.stringify({ url: page.url, at: Date.now(), isOpened: false })));
}

// A later notification about the same alert has the same tag and takes the place of the earlier one.
function show(page) {
  return self.registration.showNotification(page.title, {
    body: page.body,
    tag: page.tag,
    renotify: true,
    requireInteraction: Boolean(page.loud),
    timestamp: page.at,
    icon: "/push/files/icon-192.png",
    actions: (page.actions || []).map((action) => ({ action, title: LABELS[action] || action })),
    data: page,
  });
}

// What came of it takes the notification's place. Closing that one first would race with showing the other.
async function answer(page, verb) {
  try {
    const response = await fetch(page.url, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams({ verb }),
      redirect: "error",
      signal: AbortSignal.timeout(20_000), // somebody waits to be told
    });
    const { said } = await response.json();
    if (!said) {
      throw new Error("this is not our answer");
    }
    await show({ ...page, body: said, actions: [], loud: false });
  } catch {
    await show({ ...page, body: "Your answer did not get through. Try again, or tap to open the alert." });
  }
}

async function open(notification) {
  notification.close();
  if (notification.data.url) {
    await self.clients.openWindow(notification.data.url);
  }
}

// Some browsers do not say which subscription ended: the page has kept it, with the key that it was made with.
async function renew(ended, given) {
  const kept = await (await caches.open("subscription")).match("/push/subscription");
  const known = kept ? await kept.json() : null;
  const old = ended || known?.subscription;
  const applicationServerKey = ended?.options.applicationServerKey || (known && bytes(known.key));
  if (!old || !applicationServerKey) {
    return;
  }
  const fresh = given || (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  await fetch("/push/renewal", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ old, new: fresh }),
  });
  if (known) {
    await keepSubscription(fresh, known.key);
  }
}

async function keepSubscription(subscription, key) {
  const kept = await caches.open("subscription");
  await kept.put("/push/subscription", new Response(JSON.stringify({ subscription, key })));
}

function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}
