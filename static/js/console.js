// Keys and live updates of the review console. Every button works without this file; it decides nothing by itself.

const KEYS_KEPT = "console-keys";
const QUEUE_PAUSE_MS = 250;

// live.js reads this when its connection opens.
document.documentElement.dataset.rooms = "alerts";

const queue = () => document.getElementById("queue");
const rows = () => [...document.querySelectorAll("#result_list tbody tr, [data-alert]")];
const linkOf = (row) => row.querySelector("th a") ?? row;

let refreshTimer = 0;

function refresh() {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(() => queue()?.dispatchEvent(new CustomEvent("queue:refresh")), QUEUE_PAUSE_MS);
}

// A new alert, one that a colleague decided, and what happened while the connection was away.
for (const name of ["fraud_alert", "live:incomplete", "live:joined"]) document.addEventListener(name, refresh);

// The list is drawn anew: whoever stood on a case stands on it again.
let stoodOn = "";
document.addEventListener("htmx:before:swap", () => (stoodOn = linkOf(current() ?? queue())?.pathname ?? ""));
document.addEventListener("htmx:after:swap", () => {
  if (stoodOn) rows().map(linkOf).find((link) => link.pathname === stoodOn)?.focus();
});

// --- keys

const box = document.getElementById("keys-on");
if (box) {
  box.checked = localStorage.getItem(KEYS_KEPT) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEYS_KEPT, box.checked ? "on" : "off"));
}

function current() {
  const active = document.activeElement;
  return rows().find((row) => row.contains(active)) ?? null;
}

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const place = all.indexOf(current());
  const next = place < 0 ? 0 : Math.min(all.length - 1, Math.max(0, place + step));
  linkOf(all[next]).focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function take() {
  const own = document.querySelector("[data-take]");
  if (own) return own.click();
  const form = document.getElementById("take-form");
  const link = current()?.querySelector("th a");
  const id = link?.pathname.split("/").find((part) => part.length === 36);
  if (!form || !id) return;
  form.action = `${form.dataset.caseAddress}${id}/act`;
  form.requestSubmit();
}

function open(what) {
  const row = current() ?? document.querySelector("[data-alert]");
  const button = row?.querySelector(`[data-opens^="${what}"]`) ?? document.querySelector(`[data-opens="${what}"]`);
  button?.click();
}

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  a: take,
  c: () => open("confirm"),
  r: () => open("release"),
  e: () => open("escalate"),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !box?.checked) return;
  const act = ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// --- dialogs

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
});

// A second press while the first is on its way would only be told "already decided".
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.closest("dialog") && button) setTimeout(() => (button.disabled = true));
});
