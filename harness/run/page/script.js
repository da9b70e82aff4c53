"use strict";
(() => {
  const table = document.getElementById("scenarios");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const search = document.getElementById("search");
  const verdict = document.getElementById("verdict");
  const shown = document.getElementById("shown");
  const details = new Map([...document.querySelectorAll("details[id]")].map((part) => [part.id, part]));

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.dataset.text.toLowerCase();
      const fits = words.every((word) => text.includes(word)) && (!verdict.value || row.dataset.verdict === verdict.value);
      row.hidden = !fits;
      const part = details.get(row.dataset.part);
      if (part) part.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = `${count} of ${rows.length} shown`;
  };
  search.addEventListener("input", filter);
  verdict.addEventListener("change", filter);

  const compare = (a, b) =>
    a.dataset.value === undefined ? a.textContent.localeCompare(b.textContent) : Number(a.dataset.value) - Number(b.dataset.value);
  for (const header of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const down = header.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      const column = header.cellIndex;
      rows.sort((a, b) => compare(a.cells[column], b.cells[column]) * (down ? -1 : 1));
      body.append(...rows);
    });
  }
  // A link into a part opens it.
  const open = () => {
    const part = details.get(location.hash.slice(1));
    if (part) part.open = true;
  };
  addEventListener("hashchange", open);
  open();
  document.getElementById("tools").hidden = false;
  filter();
  // Coming back, a browser fills in what was searched for.
  addEventListener("pageshow", filter);
})();
