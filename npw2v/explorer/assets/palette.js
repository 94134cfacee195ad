// Colours for the canvas. They are the style's, so that they follow its light and its dark theme.

const REGION_COLOURS = 6;

/** Read the colours that the style has now. */
function currentPalette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const names = ["map", "ink", "soft", "line", "accent", "second", "halo"];
  const palette = Object.fromEntries(names.map((name) => [name, read(name)]));
  palette.regions = Array.from({length: REGION_COLOURS}, (_, number) => read(`region-${number}`));
  return palette;
}

/** Choose a theme: "light", "dark", or "" for the system's. */
function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function isDark() {
  return getComputedStyle(document.documentElement).colorScheme === "dark";
}
