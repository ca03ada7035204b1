// The page that checks a receipt: takes a file, shows each step as it holds or fails. All sentences stand in the page.

const place = document.getElementById("check");
// By the name that the page gives: in production names change with the content, and both files must be of one release.
// The page has loaded it before this script, so from here on nothing needs the network.
const { LONGEST_RECEIPT, Refusal, STEPS, hex, sha256, steps } = await import(place.dataset.checker);

const part = (name) => place.querySelector(`[data-${name}]`);
const sentence = (code) => part("sentences").querySelector(`[data-code="${code}"]`)?.textContent.trim() ?? code;
const stepLine = (name) => place.querySelector(`[data-step="${name}"]`);

// What a scanned code says of the file; it stands behind the #, so no server has seen it.
const expected = /^#sha256=([0-9a-f]{64})$/.exec(location.hash)?.[1];

function trustedKeys() {
  const lines = part("keys").value.split("\n").map((line) => line.trim().split(/\s+/));
  return lines.filter(([vkey]) => vkey).map(([vkey, from, until]) => ({ vkey, valid_from: from, valid_until: until }));
}

function say(code, state) {
  part("result").hidden = false;
  part("result").dataset.state = state;
  part("verdict").textContent = sentence(code);
}

function begin() {
  for (const line of place.querySelectorAll("[data-step]")) delete line.dataset.state;
  part("facts").hidden = true;
  say("checking", "checking");
}

function show(receipt) {
  const { shown, block } = receipt;
  const facts = { ...shown, amount: `${shown.amount} ${shown.currency}`, height: block.height };
  for (const field of part("facts").querySelectorAll("[data-fact]")) field.textContent = facts[field.dataset.fact];
  part("facts").hidden = false;
}

function fail(error, waiting) {
  if (!(error instanceof Refusal)) throw error;
  stepLine(waiting).dataset.state = "failed";
  say(error.code, "failed");
}

async function check(file) {
  begin();
  let waiting = expected ? "digest" : "read";
  try {
    // One byte more than a receipt can have is enough to see that it is none.
    const content = new Uint8Array(await file.slice(0, LONGEST_RECEIPT + 1).arrayBuffer());
    if (expected) {
      if (hex(await sha256(content)) !== expected) throw new Refusal("other-file");
      stepLine("digest").dataset.state = "holds";
      waiting = "read";
    }
    let receipt = null;
    for await (const [name, read] of steps(content, { keys: trustedKeys(), now: Date.now() })) {
      stepLine(name).dataset.state = "holds";
      waiting = STEPS[STEPS.indexOf(name) + 1] ?? name;
      receipt = read;
    }
    show(receipt);
    say("good", "holds");
  } catch (error) {
    fail(error, waiting);
  }
  part("verdict").focus();
}

async function canVerify() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch (error) {
      // Old browsers know no Ed25519; without HTTPS there is no WebCrypto at all.
    return error.name === "DataError";
  }
}

const drop = part("drop");
const input = document.getElementById("receipt-file");
input.addEventListener("change", () => input.files[0] && check(input.files[0]));
for (const type of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle("is-over", type === "dragover");
  });
}
drop.addEventListener("drop", (event) => event.dataTransfer.files[0] && check(event.dataTransfer.files[0]));

if (expected) {
  part("expected").hidden = false;
  stepLine("digest").hidden = false;
}
part("refused").hidden = await canVerify();
// Somebody was quicker than this script.
if (input.files[0]) check(input.files[0]);
