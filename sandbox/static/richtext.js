// rich_text blocks as elements.

import { link, make } from "./dom.js";
import { emoji } from "./emoji.js";
import { mention, mrkdwn } from "./mrkdwn.js";

const TAGS = { bold: "b", italic: "i", strike: "s", code: "code" };

export function richText(block, names) {
  const node = make("div", "rich");
  block.elements.forEach((element) => node.append(part(element, names)));
  return node;
}

function part(element, names) {
  switch (element.type) {
    case "rich_text_list": {
      const list = make(element.style === "ordered" ? "ol" : "ul", "rich-list");
      list.style.marginLeft = `${(element.indent || 0) * 24}px`;
      element.elements.forEach((item) => list.append(make("li", "", ...item.elements.map((one) => leaf(one, names)))));
      return list;
    }
    case "rich_text_preformatted":
      return make("pre", "code-block", ...element.elements.map((one) => leaf(one, names)));
    case "rich_text_quote":
      return make("blockquote", "quote", ...element.elements.map((one) => leaf(one, names)));
    default:
      return make("div", "rich-section", ...(element.elements ?? []).map((one) => leaf(one, names)));
  }
}

function leaf(element, names) {
  switch (element.type) {
    case "link": return styled(link(element.url, element.text || element.url), element.style);
    case "emoji": return emoji(element.name) ?? `:${element.name}:`;
    case "user": return mention(`@${names.person(element.user_id) ?? element.user_id}`);
    case "channel": return mention(`#${names.channel(element.channel_id) ?? element.channel_id}`);
    case "usergroup": return mention(`@${names.group(element.usergroup_id) ?? element.usergroup_id}`);
    case "broadcast": return mention(`@${element.range}`);
    case "date": return mrkdwn(`<!date^${element.timestamp}^${element.format}|${element.fallback || ""}>`, names);
    default: return styled(element.text ?? "", element.style);
  }
}

function styled(content, style) {
  return Object.entries(TAGS).reduce((node, [name, tag]) => (style?.[name] ? make(tag, name === "code" ? "code" : "", node) : node), content);
}
