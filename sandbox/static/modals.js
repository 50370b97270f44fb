// The modal on top of a person's stack.

import { post } from "./api.js";
import { renderBlocks, working } from "./blocks.js";
import { button, make } from "./dom.js";
import { filledIn, forget, placeOf } from "./places.js";

const overlay = document.getElementById("overlay");
let shown = null;

export function showModal(views, page) {
  const view = views.at(-1);
  if (!view) {
    if (shown) forget(shown.id);
    shown = null;
    overlay.replaceChildren();
    return;
  }
  if (shown && shown.id === view.id && shown.hash === view.hash) return showTrouble(view);
  const focus = shown?.id === view.id ? document.activeElement?.id : null;
  const top = shown?.id === view.id ? (overlay.querySelector(".dialog-body")?.scrollTop ?? 0) : 0;
  shown = { id: view.id, hash: view.hash };
  overlay.replaceChildren(draw(view, views.length, page));
  showTrouble(view);
  overlay.querySelector(".dialog-body").scrollTop = top;
  (document.getElementById(focus) ?? first())?.focus({ preventScroll: true });
}

function first() {
  return overlay.querySelector("[autofocus]") ?? overlay.querySelector(".dialog-body input, .dialog-body textarea, .dialog-body select") ?? overlay.querySelector(".dialog");
}

function draw(view, depth, page) {
  const place = placeOf(view.id, view.blocks, { view_id: view.id }, view.state.values, page);
  const send = () => working(submit, () => submitView(view, page));
  place.enter = () => view.submit && send();
  const submit = button("button primary", view.submit?.text ?? "", send);
  submit.dataset.role = "submit";
  const leave = (all) => post("closings", { as: page.me, view_id: view.id, all });
  const cross = button("cross", "✕", () => leave(true));
  cross.setAttribute("aria-label", "Close");
  const back = depth > 1 ? button("back", "‹", () => leave(false)) : null;
  back?.setAttribute("aria-label", "Back");
  const box = make(
    "div",
    "dialog modal",
    make("div", "dialog-head", back, make("h2", "", view.title.text), cross),
    make("div", "dialog-body", ...renderBlocks(view.blocks, place)),
    make("div", "notice"),
    make("div", "dialog-foot", button("button", view.close?.text ?? (view.submit ? "Cancel" : "Close"), () => leave(false)), view.submit ? submit : null),
  );
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", view.title.text);
  box.tabIndex = -1;
  box.addEventListener("keydown", (event) => event.key === "Escape" && leave(false));
  return make("div", "shade", box);
}

async function submitView(view, page) {
  const answer = await post("submissions", { as: page.me, view_id: view.id, values: filledIn(view.id, view.blocks) });
  if (answer.ok && shown?.id !== view.id) forget(view.id);
  page.refresh();
}

function showTrouble(view) {
  overlay.querySelectorAll(".block-input").forEach((node) => {
    const error = view.errors[node.dataset.blockId] ?? "";
    node.classList.toggle("wrong", Boolean(error));
    node.querySelector(".error").textContent = error;
  });
  overlay.querySelector(".notice").textContent = view.notice;
  overlay.querySelector(".wrong")?.scrollIntoView({ block: "nearest" });
}
