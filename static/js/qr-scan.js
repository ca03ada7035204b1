// The page that scans: camera, dropped and pasted pictures. What is found goes to the bank, which reads and judges it
// again; nothing is opened here. Without this file the forms for pictures and text still work.

const place = document.getElementById("scanner");
// By the name that the page gives: in production names change with the content.
const { Camera, stateOf } = await import(place.dataset.camera);

const part = (name) => place.querySelector(`[data-${name}]`);
const sentence = (code) => part("sentences").querySelector(`[data-code="${code}"]`).textContent.trim();
const camera = new Camera(place.querySelector("video"));

// A code counts when it was read so often in a row: what the camera gets wrong moves, what is printed stays.
const READINGS = 2;

// Which turn of the loop is the valid one; leaving the page or starting anew ends the others.
let turn = 0;
let worker = null;

function say(state) {
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  part("status").textContent = sentence(state);
  part("start").hidden = !["denied", "none", "broken", "paused"].includes(state);
  part("light").hidden = !(state === "searching" && camera.hasLight);
}

function ask(message, transfer = []) {
  return new Promise((done, fail) => {
    worker.onmessage = ({ data }) => (data.failed ? fail(new Error(data.failed)) : done(data));
    worker.onerror = () => fail(new Error("the reader did not start"));
    worker.postMessage(message, transfer);
  });
}

async function startReader() {
  if (worker) return;
  worker = new Worker(place.dataset.worker);
  const absolute = (name) => new URL(place.dataset[name], location.href).href;
  await ask({ library: absolute("library"), wasm: absolute("wasm") });
}

async function codesInView() {
  const picture = camera.picture();
  return picture ? (await ask({ picture }, [picture.data.buffer])).codes : [];
}

async function search(mine) {
  let seen = { times: 0 };
  while (mine === turn) {
    const codes = await codesInView();
    const texts = new Set(codes.map(({ text }) => text));
    if (texts.size === 1) {
      const [{ text, unused }] = codes;
      if (text !== seen.text) seen = { text, times: 0, unused: -1 };
      // The best picture of the code goes along as evidence.
      if (unused > seen.unused) Object.assign(seen, { unused, file: await camera.file() });
      seen.times += 1;
      if (seen.times >= READINGS) return mine === turn && send(seen);
    } else {
      say(texts.size ? "two" : "searching");
    }
    await camera.rest();
  }
}

function send({ text, file }) {
  say("found");
  navigator.vibrate?.(60);
  const form = part("camera-form");
  const files = new DataTransfer();
  files.items.add(file);
  form.elements.text.value = text;
  form.elements.picture.files = files.files;
  camera.video.pause();
  form.submit();
}

async function start() {
  const mine = ++turn;
  say("asking");
  try {
    await camera.open();
    await startReader();
    if (mine !== turn) return;
    say("searching");
    await search(mine);
  } catch (error) {
    stop(stateOf(error));
    worker?.terminate();
    worker = null;
  }
}

function stop(state) {
  turn += 1;
  camera.close();
  part("light").setAttribute("aria-pressed", "false");
  say(state);
}

part("start").addEventListener("click", start);
part("light").addEventListener("click", async ({ currentTarget }) => {
  const isOn = currentTarget.getAttribute("aria-pressed") !== "true";
  await camera.light(isOn);
  currentTarget.setAttribute("aria-pressed", String(isOn));
});

// Nobody films while the page is out of sight.
document.addEventListener("visibilitychange", () => {
  if (document.hidden && camera.isOpen) stop("paused");
});
addEventListener("pagehide", () => stop("paused"));
// "Back" from the review brings the page as it was left.
addEventListener("pageshow", ({ persisted }) => persisted && start());

// --- pictures that are chosen, dropped or pasted ---

const drop = document.querySelector("[data-drop]");
const upload = drop.closest("form");

function take(files) {
  if (!files.length) return;
  upload.elements.picture.files = files;
  upload.requestSubmit();
}

upload.elements.picture.addEventListener("change", ({ currentTarget }) => take(currentTarget.files));
for (const type of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle("is-over", type === "dragover");
  });
}
drop.addEventListener("drop", (event) => take(event.dataTransfer.files));
document.addEventListener("paste", (event) => take(event.clipboardData?.files ?? []));

start();
