// Comfort only: everything can be read and reached without this file.
"use strict";

// What a chart's mark says (its SVG <title>) beside the pointer at once, and for the keyboard too.
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // a screen reader has the mark's own label

  const show = (mark, x, y) => {
    const title = mark.querySelector("title") || mark;
    if (!mark.dataset.tip) {
      mark.dataset.tip = title.textContent;
      title.textContent = ""; // or the browser shows it a second time
    }
    tip.textContent = mark.dataset.tip;
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 14, window.innerWidth - width - 4)) + "px";
    tip.style.top = (y + height + 24 > window.innerHeight ? y - height - 12 : y + 16) + "px";
  };
  const hide = () => { tip.hidden = true; };
  const markAt = (target) => target instanceof Element && target.closest(".chart svg a");

  for (const chart of document.querySelectorAll(".chart")) {
    chart.addEventListener("pointermove", (event) => {
      const mark = markAt(event.target);
      if (mark) show(mark, event.clientX, event.clientY); else hide();
    });
    chart.addEventListener("pointerleave", hide);
    chart.addEventListener("focusin", (event) => {
      const mark = markAt(event.target);
      if (mark) { const box = mark.getBoundingClientRect(); show(mark, box.right, box.bottom); }
    });
    chart.addEventListener("focusout", hide);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.body.append(tip);
})();

// Addresses stay short: what was left empty is not sent.
for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
}
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form.filters [disabled]")) field.disabled = false; // came back
});
