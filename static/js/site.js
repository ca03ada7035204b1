// Small comforts of the pages. Everything works without this file; nothing here knows about money.

const TOAST_MS = 8000;

// Frames of the WebSocket that are messages for a person; live.js dispatches each as an event of its type.
const NOTICE_TYPES = [
  "payment_received",
  "payment_sent",
  "payment_held",
  "payment_declined",
  "payment_request",
  "fraud_alert",
  "kyc_update",
  "notification",
];

function toast(text) {
  const place = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!place || !template || !text) return;
  const line = template.content.firstElementChild.cloneNode(true);
  line.querySelector("[data-toast-text]").textContent = text;
  place.replaceChildren(...[...place.children].slice(-2), line);
  setTimeout(() => line.remove(), TOAST_MS);
}

for (const type of NOTICE_TYPES) {
  document.addEventListener(type, (event) => {
    const told = event.detail?.data ?? {};
    toast([told.title, told.body].filter(Boolean).join(" · "));
    document.dispatchEvent(new CustomEvent("notice"));
  });
}

// More was missed than the server replays: ask for the lists again; live.js sees to the balances.
document.addEventListener("live:incomplete", () => document.dispatchEvent(new CustomEvent("notice")));

document.addEventListener("click", async (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(".toast-line")?.remove();

  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    toast(copy.dataset.copied);
  }

  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

// A second press while the first is on its way would only be told "already paid".
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("[data-once]");
  if (!button) return;
  setTimeout(() => (button.disabled = true));
  addEventListener("pageshow", () => (button.disabled = false), { once: true });
});

// A page that answers a form with errors would make "back" and "reload" ask whether to send the form again.
history.replaceState(history.state, "", location.href);

for (const hidden of document.querySelectorAll("[data-needs-script]")) hidden.hidden = false;

// A passkey prompt that was closed or failed; allauth's script only tells the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  toast(document.getElementById("toasts")?.dataset.passkeyFailed);
});
