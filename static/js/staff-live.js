/**
 * Keeps the staff's live page fresh: by /ws/staff, and where that is closed by asking again every two seconds.
 *
 * Both bring the same sections as HTML. The charts read the tables, so a picture never says anything else than its
 * table does. What is shown is never silently old: the state beside the heading says when it is.
 */

const POLL_MS = 2000;
// An open socket that says nothing is asked; one that doesn't answer counts as closed.
const QUIET_MS = 4000;
const PATIENCE_MS = 3000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const SIGNED_OUT = 4001;

const live = document.getElementById("live");
const state = document.getElementById("live-state");
const charts = {};
let socket = null;
let failures = 0;
let quietTimer = 0;
let freshAt = new Date();

function say(name) {
  state.dataset.state = name;
  const since = name === "stale" ? ` ${freshAt.toLocaleTimeString(document.documentElement.lang)}` : "";
  const words = state.dataset[name] + since;
  if (state.textContent !== words) state.textContent = words;
  state.classList.toggle("tag-good", name === "open");
  state.classList.toggle("tag-warn", name === "polling");
  state.classList.toggle("tag-danger", name === "stale" || name === "ended");
}

// --- sections

function show(name, html) {
  const place = document.getElementById(`live-${name}`);
  if (!place) return;
  const wasOpen = place.querySelector("details")?.open;
  place.innerHTML = html;
  if (wasOpen) place.querySelector("details").open = true;
}

// --- charts

function colour(name) {
  const probe = document.createElement("span");
  probe.className = `ink-${name}`;
  live.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function rows(id) {
  return [...document.querySelectorAll(`#${id} tbody tr`)].map((row) => ({
    label: row.querySelector("th").textContent.trim(),
    level: row.querySelector("th").dataset.level,
    values: [...row.querySelectorAll("td[data-value]")].map((cell) => Number(cell.dataset.value)),
  }));
}

function heads(id) {
  return [...document.querySelectorAll(`#${id} thead th`)].map((head) => head.textContent.trim());
}

function draw(name, { labels, datasets, options }) {
  if (!window.Chart) return;
  if (!charts[name]) {
    charts[name] = new Chart(document.getElementById(`chart-${name}`), { type: "bar", data: { labels, datasets }, options });
    return;
  }
  const chart = charts[name];
  chart.data.labels = labels;
  datasets.forEach((set, place) => Object.assign(chart.data.datasets[place], set));
  chart.options = options;
  chart.update();
}

function look() {
  const isRtl = document.documentElement.dir === "rtl";
  const ticks = { color: colour("soft"), precision: 0 };
  const grid = { color: colour("line") };
  return {
    isRtl,
    options: {
      responsive: true,
      maintainAspectRatio: false,
      locale: document.documentElement.lang,
      // Figures that jump are news; bars that glide every second are noise, and some readers asked for no motion.
      animation: false,
      plugins: {
        legend: { rtl: isRtl, labels: { color: colour("ink") } },
        tooltip: { rtl: isRtl },
      },
      scales: {
        x: { reverse: isRtl, ticks, grid, border: { color: colour("line") } },
        y: { ticks, grid, beginAtZero: true, border: { color: colour("line") }, position: isRtl ? "right" : "left" },
      },
    },
  };
}

function drawAll() {
  const tiers = rows("live-tiers");
  const { options } = look();
  draw("tiers", {
    labels: tiers.map((tier) => tier.label),
    datasets: [
      {
        label: heads("live-tiers")[1],
        data: tiers.map((tier) => tier.values[0]),
        backgroundColor: tiers.map((tier) => colour(tier.level.toLowerCase())),
      },
    ],
    options: { ...options, indexAxis: "y", plugins: { ...options.plugins, legend: { display: false } } },
  });

  const hours = rows("live-hours");
  const stacked = structuredClone(options);
  stacked.scales.x.stacked = stacked.scales.y.stacked = true;
  const [, approved, stopped] = heads("live-hours");
  draw("hours", {
    labels: hours.map((hour) => hour.label),
    datasets: [
      { label: approved, data: hours.map((hour) => hour.values[0]), backgroundColor: colour("low") },
      { label: stopped, data: hours.map((hour) => hour.values[1]), backgroundColor: colour("critical") },
    ],
    options: stacked,
  });
}

// --- the socket

function address() {
  const url = new URL(live.dataset.socket, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

function connect() {
  if (!live.dataset.socket) return;
  const mine = new WebSocket(address());
  socket = mine;
  mine.addEventListener("message", (event) => socket === mine && receive(JSON.parse(event.data)));
  mine.addEventListener("close", (event) => socket === mine && closed(event.code));
}

function receive(frame) {
  listenForSilence();
  failures = 0;
  if (frame.type === "stale") {
    say("stale");
    return;
  }
  if (frame.type === "snapshot" || frame.type === "update") {
    for (const [name, html] of Object.entries(frame.data.html ?? {})) show(name, html);
    drawAll();
    freshAt = new Date();
    say("open");
  } else if (state.dataset.state === "open") {
    freshAt = new Date();
  }
}

function listenForSilence() {
  clearTimeout(quietTimer);
  quietTimer = setTimeout(() => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping" }));
    quietTimer = setTimeout(abandon, PATIENCE_MS);
  }, QUIET_MS);
}

function abandon() {
  const dead = socket;
  closed(1006);
  dead?.close();
}

function closed(code) {
  clearTimeout(quietTimer);
  socket = null;
  // The socket ends with the session or the role; the page says so when asking again is refused, too.
  if (code === SIGNED_OUT) failures = Math.max(failures, 3);
  if (state.dataset.state === "open" || !state.dataset.state) say("polling");
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  failures += 1;
  setTimeout(connect, ceiling / 2 + (Math.random() * ceiling) / 2);
}

// --- asking again

function isPushed() {
  return socket !== null && ["open", "stale"].includes(state.dataset.state);
}

setInterval(() => {
  if (isPushed() || document.hidden || state.dataset.state === "ended") return;
  live.dispatchEvent(new CustomEvent("poll"));
}, POLL_MS);

document.addEventListener("htmx:after:request", (event) => {
  const { response } = event.detail.ctx;
  // A sign-in page instead of figures: the session is over. Nothing of it belongs here.
  if (response.status === 403 || response.redirected || response.raw?.redirected) {
    event.preventDefault();
    say("ended");
  } else if (response.status >= 400) {
    event.preventDefault();
    say("stale");
  }
});
document.addEventListener("htmx:after:swap", () => {
  freshAt = new Date();
  if (!isPushed()) say("polling");
  drawAll();
});
document.addEventListener("htmx:error", () => !isPushed() && say("stale"));

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
say(live.dataset.socket ? "connecting" : "polling");
if (window.Chart) Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
drawAll();
connect();
