// Draws the contributions that stand in a table beside the chart; the table says the same to whoever can't see it.

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();

function draw(canvas) {
  const rows = [...document.querySelectorAll(`#${canvas.dataset.table} tbody tr`)];
  const pushes = rows.map((row) => Number(row.dataset.push));
  canvas.parentElement.hidden = false;
  new window.Chart(canvas, {
    type: "bar",
    data: {
      labels: rows.map((row) => row.cells[0].textContent.trim()),
      datasets: [
        { data: pushes, backgroundColor: pushes.map((push) => colour(push > 0 ? "--push-up" : "--push-down")) },
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
  for (const entry of entries.filter((each) => each.isIntersecting)) {
    seen.unobserve(entry.target);
    draw(entry.target.querySelector("canvas"));
  }
});
if (window.Chart) for (const place of document.querySelectorAll("[data-chart]")) seen.observe(place);
