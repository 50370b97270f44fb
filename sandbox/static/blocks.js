// Block Kit as elements. `place` says where the blocks are (a message, a modal, the App Home) and takes what is done in them:
// names, field(block, element) → what is filled in, act(block, element, value), suggest(block, element, query).

import { button, link, make } from "./dom.js";
import { confirmed, openMenu } from "./menu.js";
import { fieldFor } from "./fields.js";
import { mrkdwn, plainText } from "./mrkdwn.js";
import { richText } from "./richtext.js";

export function renderBlocks(blocks, place) {
  return blocks.map((block) => {
    const node = renderBlock(block, place);
    node.dataset.blockId = block.block_id;
    return node;
  });
}

export function text(object, names) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : plainText(object.text);
}

function renderBlock(block, place) {
  switch (block.type) {
    case "section": return section(block, place);
    case "header": return make("div", "block block-header", text(block.text, place.names));
    case "divider": return make("hr", "block block-divider");
    case "context": return make("div", "block block-context", ...block.elements.map((one) => contextItem(one, place)));
    case "actions": return make("div", "block block-actions", ...block.elements.map((one) => renderElement(block, one, place)));
    case "image": return image(block, place);
    case "input": return input(block, place);
    case "rich_text": return make("div", "block", richText(block, place.names));
    case "markdown": return make("div", "block block-markdown", block.text);
    case "video": return make("div", "block block-card", link(block.title_url || block.video_url, block.title.text));
    default: return make("div", "block block-card", `(${block.type})`);
  }
}

function section(block, place) {
  const body = make("div", "section-body");
  if (block.text) body.append(text(block.text, place.names));
  if (block.fields) body.append(make("div", "fields", ...block.fields.map((one) => make("div", "field", text(one, place.names)))));
  const node = make("div", "block block-section", body);
  if (block.accessory) node.append(make("div", "accessory", renderElement(block, block.accessory, place)));
  return node;
}

function contextItem(element, place) {
  return element.type === "image" ? picture(element, "context-image") : text(element, place.names);
}

function picture(element, className) {
  const node = make("img", className);
  node.src = element.slack_file ? `/_pictures/${element.slack_file.id}` : element.image_url;
  node.alt = element.alt_text;
  node.title = element.alt_text;
  return node;
}

function image(block, place) {
  const node = make("div", "block block-image");
  if (block.title) node.append(make("div", "image-title", text(block.title, place.names)));
  node.append(picture(block, "image"));
  return node;
}

function input(block, place) {
  const node = make("div", "block block-input");
  const label = make("label", "label", text(block.label, place.names));
  if (block.optional) label.append(make("span", "optional", " (optional)"));
  const control = renderElement(block, block.element, place);
  const focusable = control.matches("input, textarea, button") ? control : control.querySelector("input, textarea, button");
  if (focusable) {
    focusable.id = `${place.id}-${block.block_id}`;
    label.htmlFor = focusable.id;
  }
  node.append(label, control, make("div", "error"));
  if (block.hint) node.append(make("div", "hint", text(block.hint, place.names)));
  return node;
}

function renderElement(block, element, place) {
  switch (element.type) {
    case "button": return pressable(block, element, place);
    case "image": return picture(element, "thumbnail");
    case "overflow": return overflow(block, element, place);
    default: return fieldFor(block, element, place);
  }
}

function pressable(block, element, place) {
  const node = button(`button ${element.style ?? ""}`, "", async () => {
    if (element.confirm && !(await confirmed(element.confirm, place.names))) return;
    visit(element.url);
    await working(node, () => place.act(block, element, undefined));
  });
  node.append(text(element.text, place.names));
  node.dataset.actionId = element.action_id;
  if (element.accessibility_label) node.setAttribute("aria-label", element.accessibility_label);
  return node;
}

function overflow(block, element, place) {
  const node = button("button overflow", "⋯", async () => {
    const option = await openMenu(node, { options: element.options, names: place.names });
    if (!option || (element.confirm && !(await confirmed(element.confirm, place.names)))) return;
    visit(option.url);
    await working(node, () => place.act(block, element, option.value));
  });
  node.dataset.actionId = element.action_id;
  node.setAttribute("aria-label", "More");
  return node;
}

function visit(url) {
  if (/^https?:/i.test(url ?? "")) window.open(url, "_blank", "noopener");
}

export async function working(node, work) {
  node.classList.add("working");
  try {
    await work();
  } finally {
    node.classList.remove("working");
  }
}
