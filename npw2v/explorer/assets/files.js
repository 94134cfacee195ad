// Files that the page hands out: they are made here, and go nowhere but to the disk.

function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A field of CSV; a word that a spreadsheet would take for a formula gets an apostrophe before it. */
function csvField(value) {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv(head, rows) {
  return [head, ...rows].map((row) => row.map(csvField).join(",")).join("\r\n") + "\r\n";
}

function downloadCsv(name, head, rows) {
  download(name, new Blob(["\ufeff", csv(head, rows)], {type: "text/csv;charset=utf-8"}));
}

/** The map as it is in view, at twice the resolution of the screen. */
function downloadPng(name, map) {
  const canvas = document.createElement("canvas");
  map.paint(canvas, 2);
  canvas.toBlob((blob) => download(name, blob), "image/png");
}
