// Inputs of every kind. A field keeps what is filled in with its place (place.field) and acts where Slack's would.

import { button, make } from "./dom.js";
import { confirmed, openMenu } from "./menu.js";
import { text } from "./blocks.js";
import { post } from "./api.js";
import { instantOf, wallTime } from "./zones.js";

const NATIVE = { datepicker: "date", timepicker: "time", number_input: "text", email_text_input: "email", url_text_input: "url" };

export function fieldFor(block, element, place) {
  const field = place.field(block, element);
  const acts = block.type !== "input" || block.dispatch_action;
  const changed = async (value) => {
    if (acts && element.confirm && !(await confirmed(element.confirm, place.names))) return false;
    field.set(value);
    if (acts) place.act(block, element, value);
    return true;
  };
  const node = control(block, element, place, field, changed);
  node.dataset.actionId = element.action_id;
  return node;
}

function control(block, element, place, field, changed) {
  const kind = element.type;
  if (kind === "plain_text_input") return typed(block, element, place, field);
  if (kind === "rich_text_input") return typed(block, { ...element, multiline: true }, place, field);
  if (kind in NATIVE) return native(NATIVE[kind], block, element, place, field, changed);
  if (kind === "datetimepicker") return moment(place.names.zone, field, changed);
  if (kind === "checkboxes" || kind === "radio_buttons") return choices(element, place, field, changed);
  if (kind === "file_input") return files(element, place, field);
  if (kind.startsWith("multi_")) return several(block, element, place, field, changed);
  return single(block, element, place, field, changed);
}

function typed(block, element, place, field) {
  const node = make(element.multiline ? "textarea" : "input", element.multiline ? "typed many-lines" : "typed");
  node.value = field.get() ?? "";
  node.placeholder = element.placeholder?.text ?? "";
  node.spellcheck = false;
  if (element.max_length) node.maxLength = element.max_length;
  if (element.multiline) node.rows = Math.min(16, Math.max(6, node.value.split("\n").length + 1));
  if (element.focus_on_load) node.autofocus = true;
  const on = block.dispatch_action ? (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]) : [];
  let pause = 0;
  node.addEventListener("input", () => {
    field.set(node.value);
    if (!on.includes("on_character_entered")) return;
    clearTimeout(pause);
    pause = setTimeout(() => place.act(block, element, node.value), 300);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && element.multiline && !event.shiftKey) indent(node, field, event);
    if (event.key !== "Enter" || element.multiline) return;
    event.preventDefault();
    if (on.includes("on_enter_pressed")) place.act(block, element, node.value);
    else place.enter?.();
  });
  return node;
}

function indent(node, field, event) {
  event.preventDefault();
  node.setRangeText("  ", node.selectionStart, node.selectionEnd, "end");
  field.set(node.value);
}

function native(type, block, element, place, field, changed) {
  const node = make("input", type === "text" || type === "email" || type === "url" ? "typed" : "typed short");
  node.type = type;
  node.value = field.get() ?? "";
  node.placeholder = element.placeholder?.text ?? "";
  if (element.type === "number_input") node.inputMode = "decimal";
  node.addEventListener("change", () => changed(node.value || null));
  node.addEventListener("input", () => field.set(node.value || null));
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      place.enter?.();
    }
  });
  return node;
}

// The clock is that of the person one is, as in every other time on the page, not the browser's.
function moment(zone, field, changed) {
  const node = make("input", "typed short");
  node.type = "datetime-local";
  const at = field.get();
  if (at) node.value = wallTime(at, zone);
  node.addEventListener("change", () => changed(node.value ? instantOf(node.value, zone) : null));
  return make("div", "moment", node, make("span", "zone", zone));
}

function choices(element, place, field, changed) {
  const many = element.type === "checkboxes";
  const node = make("div", "choices");
  const group = `choice-${Math.random()}`;
  element.options.forEach((option) => {
    const box = make("input");
    box.type = many ? "checkbox" : "radio";
    box.name = group;
    box.value = option.value;
    const now = field.get();
    box.checked = many ? (now ?? []).includes(option.value) : now === option.value;
    box.addEventListener("change", () => {
      const ticked = [...node.querySelectorAll("input:checked")].map((one) => one.value);
      changed(many ? ticked : option.value);
    });
    const label = make("label", "choice", box, make("span", "", text(option.text, place.names)));
    if (option.description) label.lastChild.append(make("div", "choice-description", text(option.description, place.names)));
    node.append(label);
  });
  return node;
}

function files(element, place, field) {
  const list = make("div", "file-list");
  const node = make("input", "file");
  node.type = "file";
  node.multiple = (element.max_files ?? 10) > 1;
  if (element.filetypes) node.accept = element.filetypes.map((type) => `.${type}`).join(",");
  node.addEventListener("change", async () => {
    list.replaceChildren(make("div", "file-name", "Uploading…"));
    try {
      field.set(await Promise.all([...node.files].map((file) => upload(file, place.me))));
      show();
    } catch (problem) {
      list.replaceChildren(make("div", "file-name trouble", `The upload failed: ${problem.message}`));
    }
  });
  const show = () => list.replaceChildren(...(field.get() ?? []).map((file) => make("div", "file-name", `${file.name}, ${file.size} bytes`)));
  show();
  return make("div", "files", node, list);
}

async function upload(file, me) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  bytes.forEach((byte) => (binary += String.fromCharCode(byte)));
  return (await post("files", { as: me, name: file.name, base64: btoa(binary) })).file;
}

// What a menu offers: its own options or groups, people, channels, or what the bot suggests.
function offered(block, element, place) {
  const kind = element.type.replace("multi_", "");
  const option = (value, label) => ({ value, text: { type: "plain_text", text: label } });
  if (kind === "users_select") return { options: place.people().map((one) => option(one.id, one.real_name)) };
  if (kind === "channels_select" || kind === "conversations_select") {
    return { options: place.conversations().map((one) => option(one.id, one.label)) };
  }
  if (kind === "external_select") return { search: (query) => place.suggest(block, element, query) };
  return { options: element.options ?? [], groups: element.option_groups ?? null };
}

function labelOf(value, element, place) {
  if (value === null || value === undefined) return null;
  if (typeof value === "object") return value.text.text;
  const all = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
  return all.find((one) => one.value === value)?.text.text ?? place.names.label(value) ?? value;
}

const kept = (element, option) => (element.type.endsWith("external_select") ? { text: option.text, value: option.value } : option.value);

function single(block, element, place, field, changed) {
  const node = button("select", "", async () => {
    const now = field.get();
    const chosen = [now?.value ?? now];
    const option = await openMenu(node, { ...offered(block, element, place), chosen, names: place.names });
    if (option && (await changed(kept(element, option)))) paint();
  });
  const paint = () => {
    const label = labelOf(field.get(), element, place);
    node.textContent = label ?? element.placeholder?.text ?? "Choose an option";
    node.classList.toggle("empty", label === null);
  };
  paint();
  return node;
}

function several(block, element, place, field, changed) {
  const node = make("div", "several");
  const identity = (one) => one?.value ?? one;
  const add = button("select", element.placeholder?.text ?? "Choose options", async () => {
    const now = field.get() ?? [];
    const option = await openMenu(add, { ...offered(block, element, place), chosen: now.map(identity), names: place.names });
    if (!option) return;
    const without = now.filter((one) => identity(one) !== option.value);
    if (await changed(without.length < now.length ? without : [...now, kept(element, option)])) paint();
  });
  add.classList.add("empty");
  const paint = () => {
    const pills = (field.get() ?? []).map((one) =>
      make("span", "pill", labelOf(one, element, place), remover(one, field, changed, paint)),
    );
    node.replaceChildren(...pills, add);
  };
  paint();
  return node;
}

function remover(one, field, changed, paint) {
  const node = button("pill-remove", "✕", async () => {
    if (await changed((field.get() ?? []).filter((other) => other !== one))) paint();
  });
  node.setAttribute("aria-label", "Remove");
  return node;
}
