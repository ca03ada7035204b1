/** Draws backtests and comparisons from the tables beside it, so a picture never says anything else than its table does. */

const LONGEST_LINE = 18;
// Of the bars in the order of the table's columns.
const INKS = ["medium", "low", "high", "critical", "soft", "ink"];
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
  const [, ...names] = [...first.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  const found = rows(name);
  const scale = first.dataset.scale ?? "linear";
  const isRtl = document.documentElement.dir === "rtl";
  const ticks = { color: colour("soft"), precision: 0 };
  const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });
  const line = { color: colour("line") };
  charts[name]?.destroy();
  charts[name] = new Chart(canvas, {
    type: "bar",
    data: {
      labels: found.map((row) => lines(row.label)),
      datasets: (found[0]?.values ?? []).map((_, place) => ({
        label: names[place],
        data: found.map((row) => row.values[place]),
        backgroundColor: colour(INKS[place % INKS.length]),
      })),
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
          type: scale,
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
  const names = [...document.querySelectorAll("table[data-chart]")].map((table) => table.dataset.chart);
  for (const name of new Set(names)) draw(name);
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
if (window.Chart) Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
drawAll();
