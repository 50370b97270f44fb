// Elements are made by hand: foreign text only ever becomes a text node.

export function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function button(className, label, onclick) {
  const node = make("button", className, label);
  node.type = "button";
  node.addEventListener("click", onclick);
  return node;
}

export function link(href, ...children) {
  const safe = /^(https?:|mailto:|tel:)/i.test(href);
  const node = make(safe ? "a" : "span", "link", ...children);
  if (safe) {
    node.href = href;
    node.target = "_blank";
    node.rel = "noopener noreferrer";
  }
  return node;
}

export function avatar(person, className = "avatar") {
  const words = (person?.real_name || "?").split(" ");
  const initials = words.length > 1 ? words[0][0] + words.at(-1)[0] : words[0][0];
  const node = make("span", className, person?.is_bot && !person.is_slackbot ? bell() : initials);
  node.style.backgroundColor = `#${person?.color || "757575"}`;
  return node;
}

function bell() {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("fill", "#fff");
  path.setAttribute("d", "M10 2a1.200 1.200 0 0 1 1.200 1.300A5 5 0 0 1 15 8.200c0 4.200 1.800 5 1.800 5.800H3.200c0-.8 1.800-1.600 1.800-5.800a5 5 0 0 1 3.800-4.900A1.200 1.200 0 0 1 10 2zM8 15.500h4a2 2 0 0 1-4 0z");
  svg.append(path);
  return svg;
}
