// Optional comforts. Every page works without this file.

// Remember the theme: the server reads the cookie and writes data-theme on <html>.
for (const radio of document.querySelectorAll('input[name="theme"]')) {
  radio.addEventListener("change", () => {
    document.cookie = `theme=${radio.value};path=/;max-age=31536000;samesite=lax`;
  });
}

// Copy buttons appear only where copying works.
for (const button of document.querySelectorAll("button[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
    button.querySelector("span").textContent = button.dataset.copied;
  });
}

// A link that leads to a confirmation page opens the same text as a dialog instead.
for (const link of document.querySelectorAll("a[data-dialog]")) {
  link.addEventListener("click", (event) => {
    const dialog = document.getElementById(link.dataset.dialog);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
  });
}

// The whole drop zone takes files, not only the input in it.
for (const zone of document.querySelectorAll(".drop")) {
  const input = zone.querySelector("input[type=file]");
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

// "/" or Ctrl-K opens the search; the arrow keys walk through what was found. Asked of the page as it is at that moment.
document.addEventListener("keydown", (event) => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  if (palette.open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const stops = [...palette.querySelectorAll("#palette-q, #palette-results a")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    if (next) next.focus();
  }
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  const isCommand = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (document.querySelector("dialog[open]") || !(isCommand || (event.key === "/" && !isTyping))) return;
  event.preventDefault();
  palette.showModal();
});
