/**
 * The page's live connection.
 *
 * Every notice of /ws/notifications becomes a CustomEvent on `document`, named by the frame's type (`payment_received`,
 * `balance_update`), whose `detail` is the frame `{id, type, time, data}`. What the server says about the connection
 * itself has `live:` in front (`live:joined`, `live:error`). Besides there are:
 *   live:state       detail is "connecting", "open", "waiting" (for the next try) or "ended"
 *   live:incomplete  more was missed than the server replays; a bare `balance_update` follows, so that figures reload
 *
 * The state also stands in `data-live` of the <html> element, for styles, and in words in every `[data-live-state]`
 * element, from its own `data-connecting`, `data-open`, `data-waiting` and `data-ended` attributes (translated by the
 * template).
 *
 * A page says where its HTML left off with <meta name="live-after" content="{% live_after %}">: what happened between rendering and
 * connecting is then replayed. `data-rooms="chain alerts"` on <html> joins further rooms.
 *
 * Use: <script type="module" src="{% static 'js/live.js' %}"></script> on pages of signed-in people.
 */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
// Silence after which we ask, and after which we take the connection for dead, in milliseconds.
const QUIET = 25_000;
const PATIENCE = 10_000;
const SIGNED_OUT = 4001;
const TOO_MANY_SOCKETS = 4008;

const ABOUT_THE_CONNECTION = new Set(["joined", "left", "resumed", "pong", "error"]);

const root = document.documentElement;
let socket = null;
let last = document.querySelector('meta[name="live-after"]')?.content ?? "";
let failures = 0;
let retryTimer = 0;
let quietTimer = 0;

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function show(state) {
  root.dataset.live = state;
  for (const element of document.querySelectorAll("[data-live-state]")) {
    element.textContent = element.dataset[state] ?? "";
  }
  tell("live:state", state);
}

function address() {
  const url = new URL("/ws/notifications", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (last !== "") {
    url.searchParams.set("after", last);
  }
  return url;
}

/** Full jitter: after a restart of the server not every page comes back in the same second. */
function waitBeforeRetry() {
  const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
  return ceiling / 4 + Math.random() * ceiling * 0.75;
}

function connect() {
  clearTimeout(retryTimer);
  if (socket !== null) {
    return;
  }
  show("connecting");
  const mine = new WebSocket(address());
  socket = mine;
  mine.addEventListener("message", (event) => socket === mine && receive(JSON.parse(event.data)));
  mine.addEventListener("close", (event) => socket === mine && closed(event.code));
  listenForSilence();
}

function receive(frame) {
  listenForSilence();
  if (frame.type === "joined" && frame.data.room === "user") {
    opened(frame.data);
  }
  if (/^[0-9]+$/.test(frame.id)) {
    last = frame.id;
  }
  tell(ABOUT_THE_CONNECTION.has(frame.type) ? `live:${frame.type}` : frame.type, frame);
}

function opened(data) {
  failures = 0;
  last = data.last;
  show("open");
  for (const room of (root.dataset.rooms ?? "").split(" ").filter(Boolean)) {
    send({ type: "join", room });
  }
  if (data.is_complete === false) {
    tell("live:incomplete", data);
    tell("balance_update", { id: "", type: "balance_update", data: {} });
  }
}

function closed(code) {
  clearTimeout(quietTimer);
  socket = null;
  if (code === TOO_MANY_SOCKETS) {
    show("ended");
    return;
  }
  if (code === SIGNED_OUT) {
    // Another tab may have signed in again or changed the password: keep trying, but slowly.
    failures = Math.max(failures, 3);
  }
  const wait = waitBeforeRetry();
  failures += 1;
  show("waiting");
  retryTimer = setTimeout(connect, wait);
}

/** A dead network closes nothing by itself: ask after a silence, and take no answer for a closed connection. */
function listenForSilence() {
  clearTimeout(quietTimer);
  quietTimer = setTimeout(() => {
    send({ type: "ping" });
    quietTimer = setTimeout(abandon, PATIENCE);
  }, QUIET);
}

function abandon() {
  const dead = socket;
  if (dead !== null) {
    closed(1006);
    dead.close();
  }
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify(message));
  }
}

function hurry() {
  if (socket === null && root.dataset.live === "waiting") {
    failures = 0;
    connect();
  }
}

// The network is back, or the person is: don't make them wait for the timer.
addEventListener("online", hurry);
addEventListener("pageshow", (event) => event.persisted && hurry());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());

connect();
