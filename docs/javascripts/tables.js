// A table wider than the screen scrolls within a frame that the theme lays around it: the keyboard must reach that frame too.
function reachable() {
  for (const frame of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", "Table");
  }
}
new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true });
reachable();
