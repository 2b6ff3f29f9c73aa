// Brings the page up to date and sends its forms without loading it again. The page works without.
"use strict";

const body = document.body;
let revision = Number(body.dataset.revision);

// Puts new parts where they belong. A list keeps the entries that are the same, and with them what
// a reader has focused.
function update(parts) {
  for (const [name, html] of Object.entries(parts)) {
    const place = document.querySelector(`[data-part="${CSS.escape(name)}"]`);
    if (!place) continue;
    const fresh = place.cloneNode(false);
    fresh.innerHTML = html;
    const list = place.matches("[data-keyed]") ? place : place.querySelector("[data-keyed]");
    const other = fresh.matches("[data-keyed]") ? fresh : fresh.querySelector("[data-keyed]");
    if (list && other) merge(list, other);
    else replace(place, fresh);
  }
}

function merge(list, fresh) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const old = new Map(Array.from(list.children, (child) => [child.id, child]));
  let before = list.firstElementChild;
  let grown = false;
  for (const child of Array.from(fresh.children)) {
    let here = old.get(child.id);
    old.delete(child.id);
    if (!here) {
      here = child;
      child.classList.add("new");
      grown = true;
    } else if (plain(here) !== child.outerHTML) {
      const focus = focused(here);
      here.replaceWith(child);
      if (before === here) before = child;
      here = child;
      refocus(here, focus);
    }
    if (here === before) before = before.nextElementSibling;
    else list.insertBefore(here, before);
  }
  for (const gone of old.values()) gone.remove();
  if (grown) {
    if (atEnd) list.scrollTop = list.scrollHeight;
    tell(list);
  }
}

// An entry as the server wrote it: without the mark of being new.
function plain(entry) {
  const copy = entry.cloneNode(true);
  copy.classList.remove("new");
  if (!copy.classList.length) copy.removeAttribute("class");
  return copy.outerHTML;
}

function replace(place, fresh) {
  const focus = focused(place);
  place.replaceChildren(...fresh.childNodes);
  refocus(place, focus);
  const fill = place.querySelector("[data-fill]");
  const field = place.closest("form")?.elements.text;
  if (fill && field) {
    field.value = fill.dataset.fill;
    field.focus();
  }
}

// Which button inside has the focus, so that its successor can have it.
function focused(place) {
  const active = document.activeElement;
  return place.contains(active) && active !== place ? [active.name, active.value] : null;
}

function refocus(place, focus) {
  if (!focus) return;
  const same = Array.from(place.querySelectorAll("button"));
  const next = same.find((button) => button.name === focus[0] && button.value === focus[1]);
  (next || place.closest("form")?.querySelector("textarea"))?.focus();
}

// A chat that is not in sight has something new: its tab says so.
function tell(list) {
  const section = list.closest("section");
  if (!section || section.offsetParent !== null) return;
  document.querySelector(`.tabs a[href="#${section.id}"]`)?.classList.add("unread");
}

// Which tab is open; on a large screen all are.
function mark() {
  const open = location.hash || document.querySelector(".tabs a").hash;
  for (const tab of document.querySelectorAll(".tabs a")) {
    if (tab.hash !== open) {
      tab.removeAttribute("aria-current");
      continue;
    }
    tab.setAttribute("aria-current", "true");
    tab.classList.remove("unread");
    tab.scrollIntoView({ block: "nearest", inline: "center" });
    down(document.getElementById(open.slice(1))?.querySelector(".log"));
  }
}

function down(log) {
  if (log) log.scrollTop = log.scrollHeight;
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  const says = button?.value === "say";
  const field = form.elements.text;
  const words = field?.value;
  form.setAttribute("aria-busy", "true");
  // What was written goes along with what is attached.
  if (button?.name === "make" && field) field.value = "";
  const open = form.querySelector("details[open]");
  if (open) open.open = false;
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: fields, headers: { "X-Page-Script": "1" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    if (says && !field.value) field.value = words;
    lost(true);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function lost(so) {
  const line = document.getElementById("lost");
  line.hidden = !so;
  line.textContent = so ? body.dataset.lost : "";
}

async function follow() {
  let pause = 500;
  for (;;) {
    try {
      const answer = await fetch(`/changes/${body.dataset.run}/${revision}`);
      if (answer.status === 410) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      if (answer.status === 200) {
        const news = await answer.json();
        update(news.parts);
        revision = news.revision;
      }
      lost(false);
      pause = 500;
    } catch {
      lost(true);
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, 5000);
    }
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button?.value === "say" && !event.target.elements.text.value.trim()) return;
  send(event.target, button);
});

// Enter sends, Shift+Enter begins a new line.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (!event.target.matches("textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector(".send"));
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("select[name=user]")) return;
  const form = event.target.form;
  const fields = new URLSearchParams({
    chat: form.elements.chat.value, user: event.target.value, make: "speaker",
  });
  fetch(form.action, { method: "POST", body: fields, headers: { "X-Page-Script": "1" } })
    .catch(() => lost(true));
});

window.addEventListener("hashchange", mark);
document.querySelectorAll(".log").forEach(down);
mark();
follow();
