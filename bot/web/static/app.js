// The page on which a person registers a browser for push.
"use strict";

import { goOn } from "./last_page.js";

const { key } = document.querySelector("main [data-key]").dataset;
const on = document.getElementById("on");
const off = document.getElementById("off");
const said = document.getElementById("said");

on.addEventListener("click", () => run(turnOn));
off.addEventListener("click", () => run(turnOff));
run(begin);
goOn();

async function begin() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    const isApple = /iPad|iPhone|iPod/.test(navigator.userAgent) || (navigator.maxTouchPoints > 1 && /Mac/.test(navigator.platform));
    document.getElementById(isApple ? "apple" : "unable").hidden = false;
    return;
  }
  await navigator.serviceWorker.register("/push/worker.js", { scope: "/push/" });
  const known = await subscription();
  on.hidden = false;
  if (known) {
    tell("This browser gets notifications already.");
    offer(true);
  }
}

async function turnOn() {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") {
    tell("Notifications are blocked for this page. Allow them in the browser's settings for this site, then try again.", "bad");
    return;
  }
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription();
  if (old) {
    await old.unsubscribe(); // it may be bound to another key of ours
  }
  const fresh = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  tell(await send("POST", fresh));
  await keep(fresh);
  offer(true);
}

async function turnOff() {
  const known = await subscription();
  if (known) {
    tell(await send("DELETE", known));
    await known.unsubscribe();
  }
  await caches.delete("subscription");
  offer(false);
}

// Once a browser is registered nothing has to be pressed any more, so no button stands out.
function offer(isRegistered) {
  off.hidden = !isRegistered;
  on.textContent = isRegistered ? "Register it again" : "Turn on notifications here";
  on.classList.toggle("first", !isRegistered);
}

// The service worker proves with it that it is the same browser, when the push service ends the subscription.
async function keep(fresh) {
  const kept = await caches.open("subscription");
  await kept.put("/push/subscription", new Response(JSON.stringify({ subscription: fresh, key })));
}

async function subscription() {
  const { pushManager } = await navigator.serviceWorker.ready;
  return pushManager.getSubscription();
}

async function send(method, body) {
  const response = await fetch(location.pathname, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.said);
  }
  return answer.said;
}

async function run(step) {
  on.disabled = off.disabled = true;
  try {
    await step();
  } catch (error) {
    tell(error.message || String(error), "bad");
  } finally {
    on.disabled = off.disabled = false;
  }
}

function tell(text, kind = "good") {
  said.textContent = text;
  said.className = `said ${kind}`;
}

function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
