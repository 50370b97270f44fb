// Drop-down menus with search, and confirm dialogs.

import { button, make } from "./dom.js";
import { mrkdwn, plainText } from "./mrkdwn.js";

const show = (object, names) => (object.type === "mrkdwn" ? mrkdwn(object.text, names) : plainText(object.text));

// Resolves to the option chosen, or null. `search(query)` gives options or groups; without it the given ones are filtered.
export function openMenu(anchor, { options = [], groups = null, search = null, chosen = [], names, placeholder = "" }) {
  return new Promise((resolve) => {
    const layer = make("div", "menu-layer");
    const list = make("div", "menu-list");
    const query = make("input", "menu-query");
    const close = (option) => {
      layer.remove();
      document.removeEventListener("keydown", onKey, true);
      anchor.focus();
      resolve(option);
    };
    const rows = () => [...list.querySelectorAll(".menu-option")];
    const onKey = (event) => {
      if (event.key === "Escape") close(null);
      else if (event.key === "Enter") (list.querySelector(".menu-option.current") ?? rows()[0])?.click();
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(rows(), event.key === "ArrowDown" ? 1 : -1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    const fill = (found) => list.replaceChildren(...menuRows(found, chosen, names, close));
    const look = async () => {
      if (!search) return fill(filtered(groups ?? [{ options }], query.value));
      const asked = query.value;
      fill([{ options: [], note: "Looking…" }]);
      const found = await search(asked);
      if (asked === query.value) fill(found);
    };
    query.placeholder = placeholder || "Search";
    query.addEventListener("input", look);
    layer.addEventListener("mousedown", (event) => event.target === layer && close(null));
    document.addEventListener("keydown", onKey, true);
    const menu = make("div", "menu");
    const many = search || (groups ?? [{ options }]).reduce((sum, group) => sum + group.options.length, 0) > 7;
    if (many) menu.append(query);
    menu.append(list);
    layer.append(menu);
    document.body.append(layer);
    look().then(() => position(menu, anchor));
    position(menu, anchor);
    if (many) query.focus();
  });
}

function step(rows, by) {
  const now = rows.findIndex((row) => row.classList.contains("current"));
  rows[now]?.classList.remove("current");
  const next = rows[(now + by + rows.length) % rows.length];
  next?.classList.add("current");
  next?.scrollIntoView({ block: "nearest" });
}

function filtered(groups, query) {
  const wanted = query.trim().toLowerCase();
  return groups
    .map((group) => ({ ...group, options: group.options.filter((one) => one.text.text.toLowerCase().includes(wanted)) }))
    .filter((group) => group.options.length);
}

function menuRows(groups, chosen, names, close) {
  const rows = [];
  for (const group of groups) {
    if (group.label) rows.push(make("div", "menu-group", show(group.label, names)));
    if (group.note) rows.push(make("div", "menu-note", group.note));
    for (const option of group.options) rows.push(menuRow(option, chosen.includes(option.value), names, close));
  }
  return rows.length ? rows : [make("div", "menu-note", "No results")];
}

function menuRow(option, isChosen, names, close) {
  const row = button(`menu-option${isChosen ? " chosen" : ""}`, "", () => close(option));
  row.append(show(option.text, names));
  if (option.description) row.append(make("div", "menu-description", show(option.description, names)));
  row.dataset.value = option.value;
  return row;
}

function position(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  menu.style.minWidth = `${Math.max(200, at.width)}px`;
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + 4 + height <= window.innerHeight;
  menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - 4 - height)}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
}

// Resolves to whether the person agreed.
export function confirmed(confirm, names) {
  return new Promise((resolve) => {
    const layer = make("div", "shade confirm-layer");
    const close = (yes) => {
      layer.remove();
      resolve(yes);
    };
    const box = make(
      "div",
      "dialog confirm",
      make("div", "dialog-head", make("h2", "", show(confirm.title, names))),
      make("div", "dialog-body", show(confirm.text, names)),
      make(
        "div",
        "dialog-foot",
        button("button", confirm.deny.text, () => close(false)),
        button(`button ${confirm.style ?? "primary"}`, confirm.confirm.text, () => close(true)),
      ),
    );
    box.setAttribute("role", "alertdialog");
    layer.append(box);
    document.body.append(layer);
    box.querySelector(".dialog-foot .button:last-child").focus();
  });
}
