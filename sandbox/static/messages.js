// The messages of the open conversation; one that has not changed keeps its element.

import { post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { avatar, button, link, make } from "./dom.js";
import { emoji } from "./emoji.js";
import { openMenu } from "./menu.js";
import { mrkdwn, pretty } from "./mrkdwn.js";
import { forget, placeOf } from "./places.js";

const pane = document.getElementById("messages");
const drawn = new Map();
const NEAR = 300;
let channel = null;

export function showMessages(data, page) {
  const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 120;
  const switched = channel !== `${data.me} ${data.channel}`;
  if (switched) drawn.clear();
  channel = `${data.me} ${data.channel}`;
  const nodes = [opening(data, page), ...rows(data.messages, page)];
  place(nodes);
  if (switched || atEnd) pane.scrollTop = pane.scrollHeight;
}

// Moves only what is not in its place yet, so that a text being selected or a button being pressed is left alone.
function place(nodes) {
  const wanted = new Set(nodes);
  [...pane.children].forEach((node) => wanted.has(node) || node.remove());
  nodes.forEach((node, index) => pane.children[index] === node || pane.insertBefore(node, pane.children[index] ?? null));
}

function opening(data, page) {
  const about = page.conversation(data.channel);
  const words = about.kind === "im"
    ? `This is the very beginning of your conversation with ${data.app}.`
    : `This is the very beginning of #${about.name}. ${about.topic}`;
  return kept("opening", words, () => make("div", "opening", words));
}

function kept(key, version, draw) {
  const before = drawn.get(key);
  if (before?.version === version) return before.node;
  const node = draw();
  drawn.set(key, { version, node });
  return node;
}

function rows(messages, page) {
  const roots = new Set(messages.map((message) => message.ts));
  const replies = Map.groupBy(messages.filter((m) => m.thread_ts && m.thread_ts !== m.ts && roots.has(m.thread_ts)), (m) => m.thread_ts);
  const nodes = [];
  let before = null;
  for (const message of messages) {
    if (message.thread_ts && message.thread_ts !== message.ts && roots.has(message.thread_ts)) continue;
    const day = dayOf(message, page);
    if (!before || dayOf(before, page) !== day) nodes.push(kept(`day ${day}`, day, () => make("div", "day", make("span", "", day))));
    const follows = before && dayOf(before, page) === day && together(before, message);
    nodes.push(row(message, follows, page));
    (replies.get(message.ts) ?? []).forEach((reply) => nodes.push(row(reply, false, page, "reply")));
    before = replies.has(message.ts) ? null : message;
    if (!before) before = { ...message, user: "" };
  }
  return nodes;
}

function together(before, message) {
  return before.user === message.user && !before.ephemeral && !message.ephemeral && message.ts - before.ts < NEAR;
}

function dayOf(message, page) {
  const at = new Date(message.ts * 1000);
  const known = pretty(at, page.names.zone);
  if (known) return known[0].toUpperCase() + known.slice(1);
  return at.toLocaleDateString("en-US", { timeZone: page.names.zone, weekday: "long", month: "long", day: "numeric" });
}

function row(message, follows, page, more = "") {
  const version = `${message.seq} ${follows} ${page.names.zone}`;
  return kept(message.ts, version, () => draw(message, follows, page, more));
}

function draw(message, follows, page, more) {
  forget(message.ts);
  const author = page.person(message.user);
  const at = new Date(message.ts * 1000).toLocaleTimeString("en-US", { timeZone: page.names.zone, hour: "numeric", minute: "2-digit" });
  const time = make("time", "time", at);
  const name = make("span", "author", message.name, author?.is_bot ? make("span", "badge", "APP") : null);
  const body = make("div", "body", follows ? null : make("div", "byline", name, time));
  body.append(...content(message, page), make("div", "trouble"));
  const node = make("div", `message ${more} ${follows ? "follows" : ""} ${message.ephemeral ? "ephemeral" : ""}`, follows ? make("span", "gutter", time) : avatar(author), body, tools(message, page));
  if (message.ephemeral) node.prepend(make("div", "only-you", "Only visible to you"));
  node.dataset.ts = message.ts;
  return node;
}

function content(message, page) {
  const own = [...(message.blocks ?? []), ...(message.attachments ?? []).flatMap((one) => one.blocks ?? [])];
  const place = placeOf(message.ts, own, { channel: message.channel, ts: message.ts }, message.values, page);
  const blocks = message.blocks ?? [];
  const nodes = blocks.length ? renderBlocks(blocks, place) : message.text ? [make("div", "block", mrkdwn(message.text, page.names))] : [];
  (message.attachments ?? []).forEach((one) => nodes.push(attachment(one, place, page)));
  (message.files ?? []).forEach((file) => nodes.push(make("div", "block block-card", `📄 ${file.title}`)));
  if (message.edited) nodes.push(make("span", "edited", "(edited)"));
  if (message.reactions) nodes.push(make("div", "reactions", ...message.reactions.map((one) => make("span", "reaction", `${emoji(one.name) ?? `:${one.name}:`} ${one.count}`))));
  return nodes;
}

function attachment(one, place, page) {
  const node = make("div", "attachment");
  if (/^#?[0-9a-f]{6}$/i.test(one.color ?? "")) node.style.borderLeftColor = `#${one.color.replace("#", "")}`;
  if (one.title) node.append(make("div", "attachment-title", one.title_link ? link(one.title_link, one.title) : one.title));
  if (one.text) node.append(make("div", "block", mrkdwn(one.text, page.names)));
  if (one.blocks) node.append(...renderBlocks(one.blocks, place));
  return node;
}

function tools(message, page) {
  const offered = page.shortcuts("message");
  if (!offered.length || message.ephemeral) return null;
  const node = button("tools", "⋮", async () => {
    const options = offered.map((one) => ({ value: one.callback_id, text: { type: "plain_text", text: one.name } }));
    const option = await openMenu(node, { options, names: page.names });
    if (!option) return;
    const answer = await post("shortcuts", { as: page.me, callback_id: option.value, channel: message.channel, ts: message.ts });
    page.report(message.ts, answer.ok ? "" : answer.error);
  });
  node.setAttribute("aria-label", "Message shortcuts");
  return node;
}

export function reportTrouble(ts, words) {
  const node = [...pane.querySelectorAll(".message")].find((one) => one.dataset.ts === ts);
  const line = node?.querySelector(".trouble");
  if (line) line.textContent = words;
}
