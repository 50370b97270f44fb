// Slack's mrkdwn as elements (https://docs.slack.dev/messaging/formatting-message-text).

import { link, make } from "./dom.js";
import { emoji } from "./emoji.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const STYLES = { "*": "b", _: "i", "~": "s" };
const TOKEN = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(?<![\w*_~])([*_~])(?=\S)((?:(?!\4).)*?\S)\4(?![\w])/g;

export function plain(text) {
  return text.replace(/&(lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

export function plainText(text) {
  const node = make("span", "text");
  text.split(/(:[a-z0-9_+-]+:)/).forEach((part) => node.append(emoji(part.slice(1, -1)) ?? plain(part)));
  return node;
}

// `names` knows people, channels and groups, and the zone of the reader.
export function mrkdwn(text, names) {
  const node = make("span", "text");
  text.split("```").forEach((part, index, parts) => {
    if (index % 2 && index < parts.length - 1) node.append(make("pre", "code-block", plain(part.replace(/^\n/, ""))));
    else node.append(...lines(index % 2 ? "```" + part : index ? part.replace(/^\n/, "") : part, names));
  });
  return node;
}

function lines(text, names) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, index) => {
    const quoted = /^(&gt;|>) ?/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = make("blockquote", "quote")));
      else quote.append(make("br"));
      quote.append(...inline(line.slice(quoted[0].length), names));
      return;
    }
    if (index && !quote) nodes.push(make("br"));
    quote = null;
    nodes.push(...inline(line, names));
  });
  return nodes;
}

function inline(text, names) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(plain(text.slice(from, match.index)), token(match, names));
    from = match.index + match[0].length;
  }
  nodes.push(plain(text.slice(from)));
  return nodes;
}

function token(match, names) {
  const [whole, code, angle, short, style, styled] = match;
  if (code !== undefined) return make("code", "code", plain(code));
  if (angle !== undefined) return bracket(angle, names);
  if (short !== undefined) return emoji(short) ?? whole;
  return make(STYLES[style], "", ...inline(styled, names));
}

function bracket(angle, names) {
  const bar = angle.indexOf("|");
  const target = bar < 0 ? angle : angle.slice(0, bar);
  const label = bar < 0 ? "" : angle.slice(bar + 1);
  if (target.startsWith("@")) return mention(`@${names.person(target.slice(1)) ?? (label || target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${names.channel(target.slice(1)) ?? (label || target.slice(1))}`);
  if (target.startsWith("!date^")) return date(target, label, names);
  if (target.startsWith("!subteam^")) return mention(`@${names.group(target.slice(9)) ?? (label || "group")}`);
  if (target.startsWith("!")) return mention(`@${target.slice(1)}`);
  return link(plain(target), plain(label || target));
}

export function mention(text) {
  return make("span", text.startsWith("@") ? "mention" : "mention channel-mention", text);
}

function date(target, label, names) {
  const [, seconds, format, href] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime()) || !format) return plain(label);
  const text = format.replace(/\{(\w+)\}/g, (whole, name) => piece(name, moment, names.zone) ?? whole);
  const node = href ? link(href, text) : make("span", "", text);
  node.title = moment.toLocaleString("en-GB", { timeZone: names.zone, dateStyle: "full", timeStyle: "long" });
  return node;
}

function piece(name, moment, timeZone) {
  const show = (options) => moment.toLocaleString("en-US", { timeZone, ...options });
  const day = { month: "long", day: "numeric", year: "numeric" };
  switch (name) {
    case "date_num": return moment.toLocaleDateString("en-CA", { timeZone });
    case "date": return show(day);
    case "date_short": return show({ ...day, month: "short" });
    case "date_long": return show({ ...day, weekday: "long" });
    case "date_pretty": return pretty(moment, timeZone) ?? show(day);
    case "date_short_pretty": return pretty(moment, timeZone) ?? show({ ...day, month: "short" });
    case "date_long_pretty": return pretty(moment, timeZone) ?? show({ ...day, weekday: "long" });
    case "time": return show({ hour: "numeric", minute: "2-digit" });
    case "time_secs": return show({ hour: "numeric", minute: "2-digit", second: "2-digit" });
    case "ago": return ago(moment);
    default: return null;
  }
}

export function pretty(moment, timeZone) {
  const day = (instant) => instant.toLocaleDateString("en-CA", { timeZone });
  const distance = Math.round((Date.parse(day(moment)) - Date.parse(day(new Date()))) / 86_400_000);
  return { 0: "today", 1: "tomorrow", "-1": "yesterday" }[distance] ?? null;
}

function ago(moment) {
  const seconds = Math.round((moment - Date.now()) / 1000);
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(Math.round(seconds / size), unit);
}
