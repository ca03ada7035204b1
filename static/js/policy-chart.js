/** Draws a backtest from the tables beside it, so a picture never says anything else than its table does. */

const LONGEST_LINE = 18;
const charts = {};

function colour(name) {
  const probe = document.createElement("span");
  probe.className = `ink-${name}`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function tables(name) {
  return [...document.querySelectorAll(`table[data-chart="${name}"]`)];
}

function rows(name) {
  return tables(name).flatMap((table) =>
    [...table.querySelectorAll("tbody tr")].map((row) => ({
      label: row.querySelector("th").textContent.trim(),
      values: [...row.querySelectorAll("td[data-value]")].map((cell) => Number(cell.dataset.value)),
    })),
  );
}

/** Breaks a label into lines that a phone has room for. */
function lines(label) {
  const found = [""];
  for (const word of label.split(" ")) {
    const longer = `${found.at(-1)} ${word}`.trim();
    if (longer.length <= LONGEST_LINE || found.at(-1) === "") found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}

function draw(name) {
  const canvas = document.getElementById(`chart-${name}`);
  const [first] = tables(name);
  if (!canvas || !first || !window.Chart) return;
  const [, old, now] = [...first.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  const found = rows(name);
  const isRtl = document.documentElement.dir === "rtl";
  const ticks = { color: colour("soft"), precision: 0 };
  const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });
  const line = { color: colour("line") };
  charts[name]?.destroy();
  charts[name] = new Chart(canvas, {
    type: "bar",
    data: {
      labels: found.map((row) => lines(row.label)),
      datasets: [
        { label: old, data: found.map((row) => row.values[0]), backgroundColor: colour("medium") },
        { label: now, data: found.map((row) => row.values[1]), backgroundColor: colour("low") },
      ],
    },
    options: {
      indexAxis: "y",
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      locale: document.documentElement.lang,
      plugins: { legend: { rtl: isRtl, labels: { color: colour("ink") } }, tooltip: { rtl: isRtl } },
      scales: {
        x: {
          reverse: isRtl,
          beginAtZero: true,
          ticks: { ...ticks, maxTicksLimit: 5, maxRotation: 0, callback: (value) => short.format(value) },
          grid: line,
          border: line,
        },
        y: { position: isRtl ? "right" : "left", ticks, grid: { display: false }, border: line },
      },
    },
  });
}

function drawAll() {
  draw("counts");
  draw("amounts");
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
if (window.Chart) Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
drawAll();
