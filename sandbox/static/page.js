// The page: who one is, which conversation is open, what is typed; asks the sandbox for changes and draws them.

import { get, post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { avatar, button, make } from "./dom.js";
import { openMenu } from "./menu.js";
import { reportTrouble, showMessages } from "./messages.js";
import { showModal } from "./modals.js";
import { placeOf } from "./places.js";

const at = (id) => document.getElementById(id);
const kept = JSON.parse(localStorage.getItem("sandbox") ?? "{}");
// Whom one chose to be counts until the sandbox is started anew (run); until one chooses, the sandbox says who one is.
const open = { me: kept.me ?? "", run: kept.run ?? "", channel: kept.channel ?? "", tab: "messages" };
const seen = kept.seen ?? {};
const linked = /^\/archives\/(\w+)\//.exec(location.pathname);
if (linked) open.channel = linked[1];

let data = null;
let waiting = null;
let homeDrawn = "";

function keep() {
  localStorage.setItem("sandbox", JSON.stringify({ me: open.me, run: open.run, channel: open.channel, seen }));
}

const page = {
  get me() { return data.me; },
  names: {
    get zone() { return page.person(data.me).tz; },
    person: (id) => page.person(id)?.real_name,
    channel: (id) => data.channels[id],
    group: (id) => data.groups.find((one) => one.id === id)?.handle,
    label: (id) => page.names.person(id) ?? (data.channels[id] ? `#${data.channels[id]}` : null),
  },
  person: (id) => data.people.find((one) => one.id === id),
  people: () => data.people.filter((one) => !one.deleted && !one.is_bot),
  conversations: () => data.conversations.map((one) => ({ id: one.id, label: nameOf(one) })),
  conversation: (id) => data.conversations.find((one) => one.id === id),
  shortcuts: (type) => data.shortcuts.filter((one) => one.type === type),
  report: (id, error) => reportTrouble(id, error ? `⚠️ That did not work: ${error}` : ""),
  refresh: () => waiting?.abort(),
};

function nameOf(conversation) {
  return conversation.kind === "im" ? data.app : conversation.kind === "channel" ? `#${conversation.name}` : conversation.name;
}

// One loop: waits for a change, draws it, and waits for the next.
async function follow() {
  let after = -1;
  for (;;) {
    waiting = new AbortController();
    const again = waiting.signal;
    try {
      const asked = { as: open.me, channel: open.channel, after, wait: 25 };
      data = await get("page", asked, again);
      after = data.seq;
      if (data.run !== open.run) {
        begin(data.run);
        after = -1;
        continue;
      }
      document.body.classList.remove("offline");
      draw();
      await new Promise((resume) => setTimeout(resume, 60));
      if (again.aborted) after = -1;
    } catch (problem) {
      after = -1;
      if (problem.name === "AbortError") continue;
      if (/nobody is called/.test(problem.message)) open.me = "";
      document.body.classList.add("offline");
      await new Promise((resume) => setTimeout(resume, 1000));
    }
  }
}

function begin(run) {
  open.run = run;
  open.me = "";
  open.channel = linked?.[1] ?? "";
}

function draw() {
  open.channel = data.channel;
  const conversation = page.conversation(data.channel);
  if (conversation.kind !== "im") open.tab = "messages";
  (seen[data.me] ??= {})[data.channel] = conversation.newest;
  keep();
  drawMe();
  drawSide();
  drawHeading(conversation);
  at("home").hidden = open.tab !== "home";
  at("messages").hidden = at("composer").hidden = open.tab === "home";
  if (open.tab === "home") drawHome();
  else showMessages(data, page);
  showModal(data.views, page);
}

function drawMe() {
  const me = page.person(data.me);
  at("me").replaceChildren(avatar(me, "avatar small"), make("span", "", me.real_name), make("span", "me-note", rank(me)), make("span", "caret", "▾"));
  at("because").textContent = data.because ? `You are ${me.real_name}, ${data.because}.` : "";
}

function rank(person) {
  if (person.deleted) return "deactivated";
  if (person.is_stranger) return "another workspace";
  if (person.is_restricted) return "guest";
  const paused = person.dnd_until > Date.now() / 1000 ? " · notifications paused" : "";
  return (person.is_admin ? "admin" : person.title) + paused;
}

function unread(conversation) {
  return conversation.newest > (seen[data.me]?.[conversation.id] ?? "");
}

function drawSide() {
  const row = (conversation, mark, label) => {
    const classes = ["conversation"];
    if (conversation.id === data.channel) classes.push("current");
    if (unread(conversation)) classes.push("unread");
    if (conversation.is_archived) classes.push("archived");
    const node = button(classes.join(" "), "", () => go(conversation.id));
    node.append(mark, make("span", "conversation-name", label), make("span", "dot"));
    node.dataset.channel = conversation.id;
    return node;
  };
  const channels = data.conversations.filter((one) => one.kind === "channel").sort((a, b) => a.is_archived - b.is_archived || a.name.localeCompare(b.name));
  const groups = data.conversations.filter((one) => one.kind === "mpim");
  const apps = data.conversations.filter((one) => one.kind === "im");
  const bot = page.person(data.bot);
  at("conversations").replaceChildren(
    make("div", "group-name", "Channels"),
    ...channels.map((one) => row(one, make("span", "hash", one.is_archived ? "▪" : "#"), one.name)),
    ...(groups.length ? [make("div", "group-name", "Direct messages")] : []),
    ...groups.map((one) => row(one, make("span", "hash", "👥"), one.members.map((id) => page.person(id).name).join(", "))),
    make("div", "group-name", "Apps"),
    ...apps.map((one) => row(one, avatar(bot, "avatar tiny"), data.app)),
  );
}

function go(channel) {
  open.channel = channel;
  open.tab = "messages";
  page.refresh();
  at("line").focus();
}

function drawHeading(conversation) {
  const notes = [conversation.topic];
  if (conversation.is_archived) notes.push("archived");
  if (conversation.is_shared) notes.push("shared with Partner Co");
  if (conversation.kind === "channel" && !conversation.has_bot) notes.push(`${data.app} is not in this channel`);
  const count = conversation.kind === "im" ? "" : `${conversation.members.length} members`;
  at("title").replaceChildren(make("h1", "", nameOf(conversation)), make("span", "topic", notes.filter(Boolean).join(" · ")), make("span", "count", count));
  at("tabs").hidden = conversation.kind !== "im";
  const tab = (name, label) => {
    const node = button(`tab${open.tab === name ? " current" : ""}`, label, () => showTab(name));
    node.setAttribute("role", "tab");
    return node;
  };
  at("tabs").replaceChildren(tab("home", "Home"), tab("messages", "Messages"));
  at("line").placeholder = conversation.is_archived ? "This channel is archived" : `Message ${nameOf(conversation)}, or type /`;
  at("line").disabled = conversation.is_archived;
  at("shortcuts").hidden = !page.shortcuts("global").length;
}

function showTab(name) {
  open.tab = name;
  homeDrawn = "";
  if (name === "home") post("home", { as: data.me });
  draw();
}

function drawHome() {
  const home = data.home;
  const version = home ? `${home.id} ${home.hash}` : "none";
  if (version === homeDrawn) return;
  homeDrawn = version;
  if (!home) {
    at("home").replaceChildren(make("div", "empty-home", `${data.app} has not published anything here yet.`));
    return;
  }
  at("home").replaceChildren(make("div", "home-view", ...renderBlocks(home.blocks, placeOf(home.id, home.blocks, { home: true }, home.state.values, page))));
}

at("me").addEventListener("click", async () => {
  const options = data.people
    .filter((one) => !one.is_bot)
    .map((one) => ({ value: one.id, text: { type: "plain_text", text: one.real_name }, description: { type: "plain_text", text: `@${one.name} · ${rank(one)} · ${one.tz}` } }));
  const option = await openMenu(at("me"), { options, chosen: [data.me], names: page.names, placeholder: "Who are you?" });
  if (!option) return;
  open.me = option.value;
  const own = /^D/.test(open.channel);
  if (own) open.channel = `D${option.value.slice(1)}`;
  if (open.tab === "home") await post("home", { as: option.value });
  page.refresh();
});

at("shortcuts").addEventListener("click", async () => {
  const options = page.shortcuts("global").map((one) => ({ value: one.callback_id, text: { type: "plain_text", text: one.name } }));
  const option = await openMenu(at("shortcuts"), { options, names: page.names });
  if (option) post("shortcuts", { as: data.me, callback_id: option.value });
});

// The line: a slash begins a command, anything else is a message in which @names and #channels are known.
async function send() {
  const text = at("line").value.trim();
  if (!text) return;
  at("line").value = "";
  typed();
  const said = { as: data.me, channel: data.channel, text: text.startsWith("/") ? text : named(text) };
  remember(text);
  try {
    await post(text.startsWith("/") ? "commands" : "messages", said);
  } catch (problem) {
    at("hint").textContent = problem.message;
  }
}

function named(text) {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return escaped
    .replace(/@([a-z][\w.-]*)/g, (whole, name) => (data.people.find((one) => one.name === name) ? `<@${data.people.find((one) => one.name === name).id}>` : whole))
    .replace(/#([a-z][\w-]*)/g, (whole, name) => {
      const found = Object.entries(data.channels).find(([, known]) => known === name);
      return found ? `<#${found[0]}>` : whole;
    });
}

const past = [];
let back = 0;

function remember(text) {
  past.push(text);
  back = past.length;
}

function recall(by) {
  back = Math.min(past.length, Math.max(0, back + by));
  at("line").value = past[back] ?? "";
  typed();
}

function typed() {
  const line = at("line");
  line.style.height = "auto";
  line.style.height = `${Math.min(160, line.scrollHeight)}px`;
  const slash = /^\/\S*$/.test(line.value) ? (data?.commands ?? []).filter((one) => one.startsWith(line.value)) : [];
  at("commands").hidden = !slash.length || slash[0] === line.value;
  at("commands").replaceChildren(...slash.map((one) => button("command", one, () => choose(one))));
  at("hint").textContent = line.value.startsWith("/") ? "Enter sends the command" : "";
}

function choose(command) {
  at("line").value = `${command} `;
  typed();
  at("line").focus();
}

at("line").addEventListener("input", typed);
at("line").addEventListener("keydown", (event) => {
  if (event.key === "Tab" && !at("commands").hidden) choose(at("commands").firstChild.textContent);
  else if (event.key === "Enter" && !event.shiftKey) send();
  else if (event.key === "ArrowUp" && !at("line").value.includes("\n") && past.length) recall(-1);
  else if (event.key === "ArrowDown" && back < past.length) recall(1);
  else return;
  event.preventDefault();
});
at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});

follow();
