// Draws the contributions that stand in a table beside the chart; the table says the same to whoever can't see it.

const REM_A_BAR = 2;
const REM_OF_THE_AXIS = 2.5;
const LETTERS_A_LINE = 22;

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();

// Chart.js cuts long labels off; it breaks lines only where it is given several.
function lines(label) {
  return label.split(" ").reduce((done, word) => {
    const last = done.at(-1);
    const fits = last !== undefined && last.length + word.length < LETTERS_A_LINE;
    return fits ? [...done.slice(0, -1), `${last} ${word}`] : [...done, word];
  }, []);
}

function draw(canvas) {
  const rows = [...document.querySelectorAll(`#${canvas.dataset.table} tr[data-push]`)];
  const pushes = rows.map((row) => Number(row.dataset.push));
  new window.Chart(canvas, {
    type: "bar",
    data: {
      labels: rows.map((row) => lines(row.cells[0].textContent.trim())),
      datasets: [
        { data: pushes, maxBarThickness: 22, backgroundColor: pushes.map((push) => colour(push > 0 ? "--push-up" : "--push-down")) },
      ],
    },
    options: {
      indexAxis: "y",
      animation: false,
      maintainAspectRatio: false,
      plugins: { legend: { display: false } },
      scales: {
        x: { ticks: { color: colour("--body-fg") }, grid: { color: colour("--hairline-color") } },
        y: { ticks: { color: colour("--body-fg"), autoSkip: false }, grid: { display: false } },
      },
    },
  });
}

// Only what is looked at is drawn: a case may have twenty alerts.
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target.querySelector("canvas"));
  }
});
for (const place of window.Chart ? document.querySelectorAll("[data-chart]") : []) {
  const bars = document.querySelectorAll(`#${place.querySelector("canvas").dataset.table} tr[data-push]`).length;
  place.style.height = `${bars * REM_A_BAR + REM_OF_THE_AXIS}rem`;
  place.hidden = false;
  seen.observe(place);
}
