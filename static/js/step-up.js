// Confirm a form with a passkey. The bank says what is to be signed, bound to what it has shown here; the form then
// carries the answer. Without this file, or without passkeys in the browser, the other ways on the page remain.

async function confirm(button) {
  const form = button.form;
  const told = form.querySelector("[data-waiting]");
  const typed = new FormData(form);
  typed.delete("pin");
  typed.delete("otp");
  button.disabled = true;
  told.textContent = told.dataset.waiting;
  try {
    const answer = await fetch(button.dataset.stepUp, { method: "POST", body: typed });
    // The page itself explains what stands in the way.
    if (!answer.ok) return form.submit();
    const asked = await answer.json();
    const credential = await window.webauthnJSON.get({ publicKey: asked.options });
    form.elements.passkey.value = JSON.stringify({ challenge_id: asked.challenge_id, credential });
    form.submit();
  } catch {
    told.textContent = told.dataset.failed;
    button.disabled = false;
  }
}

for (const button of document.querySelectorAll("[data-step-up]")) {
  if (!window.PublicKeyCredential) continue;
  button.hidden = false;
  button.addEventListener("click", () => confirm(button));
}

// "Back" brings the page as it was left.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-step-up]")) {
    button.disabled = false;
    button.form.elements.passkey.value = "";
  }
});
