"use strict";

// On the page of names and differences: a box that shows only the rows with all the words that are typed into it.
addEventListener("DOMContentLoaded", () => {
  if (!location.pathname.endsWith("/compatibility.html")) return;
  const sections = [...document.querySelectorAll(".bd-article section")];
  const rows = [...document.querySelectorAll(".bd-article table tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  if (!rows.length) return;

  const box = document.createElement("input");
  box.type = "search";
  box.className = "table-filter";
  box.placeholder = `Show only rows with … (${rows.length} rows)`;
  box.setAttribute("aria-label", "Show only the rows of this page with these words");
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  document.querySelector(".bd-article h1").after(box, said);

  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    for (const section of sections) {
      const its = [...section.querySelectorAll("tbody tr")];
      section.hidden = words.length > 0 && its.every((row) => row.hidden);
    }
    said.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
  });
});
