// Time lines: zoom, and what is under the pointer or chosen by the arrow keys, as text.
(() => {
  const most = 64;
  for (const figure of document.querySelectorAll("figure.time")) {
    const lanes = figure.querySelector(".lanes");
    const inner = figure.querySelector(".inner");
    const told = figure.querySelector("output");
    const marks = [...inner.querySelectorAll("i")];
    let zoom = 1;
    let chosen = -1;
    const enlarge = (factor) => {
      const middle = (lanes.scrollLeft + lanes.clientWidth / 2) / inner.offsetWidth;
      zoom = Math.min(most, Math.max(1, zoom * factor));
      inner.style.width = `${zoom * 100}%`;
      lanes.scrollLeft = middle * inner.offsetWidth - lanes.clientWidth / 2;
    };
    const tell = (mark) => {
      const lane = mark.closest(".row").querySelector(".name").textContent;
      told.textContent = `${lane}: ${mark.title}`;
    };
    const choose = (next) => {
      if (marks[chosen]) marks[chosen].classList.remove("chosen");
      chosen = Math.min(marks.length - 1, Math.max(0, next));
      marks[chosen].classList.add("chosen");
      marks[chosen].scrollIntoView({ block: "nearest", inline: "nearest" });
      tell(marks[chosen]);
    };
    const keys = {
      ArrowRight: () => choose(chosen + 1),
      ArrowLeft: () => choose(chosen - 1),
      Home: () => choose(0),
      End: () => choose(marks.length - 1),
      "+": () => enlarge(2),
      "-": () => enlarge(0.5),
    };
    lanes.tabIndex = 0;
    lanes.setAttribute("role", "group");
    lanes.setAttribute("aria-label", "Time line; arrow keys go through it, plus and minus zoom");
    lanes.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    });
    inner.addEventListener("pointerover", (event) => {
      if (event.target.matches("i")) tell(event.target);
    });
    for (const button of figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => enlarge(Number(button.dataset.zoom)));
    }
    figure.querySelector(".zoom").hidden = false;
  }
})();
