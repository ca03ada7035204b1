/**
 * Draws each <canvas data-table="ID"> from the table beside it, so a picture never says anything else than its table.
 *
 * Columns are those whose cells have data-value (empty: a gap); their heads name the series and, with data-ink, its
 * colour; a row's data-ink colours its bar. On the canvas: data-kind ("bar", "line"), data-axis ("y": lying bars),
 * data-stacked, data-most (end of the scale).
 */

// Letters of a label before it is broken: beside a chart as wide as a phone, and beside a wider one.
const SHORT_LINE = 18;
const LONG_LINE = 48;
const WIDE_PX = 640;
const charts = new Map();

function colour(name) {
  const probe = document.createElement("span");
  probe.className = `ink-${name}`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Breaks a label into lines. */
function lines(label, longest) {
  const found = [""];
  for (const word of label.split(/\s+/)) {
    const longer = `${found.at(-1)} ${word}`.trim();
    if (longer.length <= longest || found.at(-1) === "") found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}

function read(table, longest) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const heads = [...table.querySelectorAll("thead th")];
  const places = [...(rows[0]?.children ?? [])].flatMap((cell, place) => ("value" in cell.dataset ? [place] : []));
  return {
    labels: rows.map((row) => lines(row.children[0].textContent.trim(), longest)),
    series: places.map((place) => ({
      label: heads[place].textContent.trim(),
      ink: heads[place].dataset.ink ?? "low",
      inks: rows.map((row) => row.dataset.ink),
      data: rows.map((row) => {
        const { value } = row.children[place].dataset;
        return value === "" ? null : Number(value);
      }),
    })),
  };
}

function datasets(series, kind) {
  return series.map(({ label, ink, inks, data }) => ({
    label,
    data,
    borderColor: colour(ink),
    backgroundColor: inks.some(Boolean) ? inks.map((each) => colour(each ?? ink)) : colour(ink),
    maxBarThickness: 48,
    ...(kind === "line" ? { spanGaps: false, tension: 0.2, pointRadius: 3, borderWidth: 2 } : {}),
  }));
}

function scales(canvas, isRtl) {
  const { axis = "x", stacked, most } = canvas.dataset;
  const ticks = { color: colour("soft") };
  const border = { color: colour("line") };
  const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });
  const names = {
    ticks: { ...ticks, autoSkip: axis === "x" },
    grid: { display: false },
    border,
    stacked: stacked !== undefined,
  };
  const values = {
    ticks: { ...ticks, maxTicksLimit: 6, maxRotation: 0, callback: (value) => short.format(value) },
    grid: border,
    border,
    beginAtZero: true,
    stacked: stacked !== undefined,
    ...(most ? { suggestedMax: Number(most) } : {}),
  };
  const [across, up] = axis === "y" ? [values, names] : [names, values];
  return { x: { ...across, reverse: isRtl }, y: { ...up, position: isRtl ? "right" : "left" } };
}

function draw(canvas) {
  const table = document.getElementById(canvas.dataset.table);
  if (!table || !window.Chart) return;
  const { kind = "bar", axis = "x" } = canvas.dataset;
  const isWide = axis === "y" && canvas.parentElement.clientWidth > WIDE_PX;
  const { labels, series } = read(table, isWide ? LONG_LINE : SHORT_LINE);
  const isRtl = document.documentElement.dir === "rtl";
  charts.get(canvas)?.destroy();
  charts.set(
    canvas,
    new Chart(canvas, {
      type: kind,
      data: { labels, datasets: datasets(series, kind) },
      options: {
        indexAxis: axis,
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        locale: document.documentElement.lang,
        plugins: {
          legend: { display: series.length > 1, rtl: isRtl, labels: { color: colour("ink") } },
          tooltip: { rtl: isRtl },
        },
        scales: scales(canvas, isRtl),
      },
    }),
  );
}

function drawAll() {
  for (const canvas of document.querySelectorAll("canvas[data-table]")) draw(canvas);
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
if (window.Chart) Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
drawAll();
