// What of a report stands in the README: its banner, the first scenarios, what was measured, and one scenario with its time line.
(wanted) => {
  const rows = 8;
  document.querySelectorAll("script, #tools, .zoom").forEach((part) => part.remove());
  const table = document.getElementById("scenarios");
  [...table.tBodies[0].rows].slice(rows).forEach((row) => row.remove());
  const parts = [...document.querySelectorAll("main > details[id]")];
  const one = parts.find((part) => part.querySelector("bdi").textContent === wanted) ?? parts[0];
  parts.filter((part) => part !== one).forEach((part) => part.remove());
  one.open = true;
  // Its steps are told by the time line.
  [...one.querySelectorAll("table tbody tr")].slice(rows).forEach((row) => row.remove());
  [...document.querySelectorAll("main > .wide table:not(#scenarios)")].forEach((part) => [...part.tBodies[0].rows].slice(rows).forEach((row) => row.remove()));
  // A drawing has no hover, and nothing of the machine that it was made on.
  document.querySelectorAll("[title]").forEach((part) => part.removeAttribute("title"));
  document.querySelectorAll("main details details").forEach((part) => part.remove());
  for (const words of document.querySelectorAll("main details > p.quiet")) {
    if (/^(Artifacts|Evidence):/.test(words.textContent)) words.remove();
  }
  document.querySelectorAll(".lanes").forEach((part) => (part.style.overflow = "hidden"));
  for (const button of document.querySelectorAll("th button")) button.replaceWith(...button.childNodes);
  for (const link of document.querySelectorAll("a")) link.removeAttribute("href");
  document.body.style.margin = "0";
  document.body.style.maxWidth = "none";
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  return { height, body: new XMLSerializer().serializeToString(document.body), style: document.querySelector("style").textContent };
}
