// Marks what the rule about contrast has to look at: of elements that are drawn alike, all the way up, the first few.
//
// Alike is what has the same computed style, and the same of everything it lies in. That says nothing of what is drawn over others:
// what is placed, moved or in a picture is looked at each by itself, and where it may lie over text, so is the whole page.
(few) => {
  const STYLE = [
    ...["color", "backgroundColor", "backgroundImage", "opacity", "mixBlendMode", "filter", "textShadow", "webkitTextStroke"],
    ...["fontSize", "fontWeight", "display", "visibility", "clipPath"],
  ]
  const PSEUDO = ["content", "display", "position", "backgroundColor", "backgroundImage"]
  const ids = new Map(), times = new Map(), all = [], unlike = []
  let isCovered = false

  const says = (element) => {
    const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.nodeValue.trim()).join("")
    return own && (own.length > 1 && /[\p{L}\p{N}]/u.test(own) ? "words" : "a sign") // of a sign axe says nothing
  }
  const look = (element, above, isApart) => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect()
    const isSeen = box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true })
    const isMoved = ["absolute", "fixed", "sticky"].includes(style.position) || style.transform !== "none" || style.float !== "none"
      || [style.marginTop, style.marginRight, style.marginBottom, style.marginLeft].some(margin => margin.startsWith("-"))
    if (isMoved && isSeen && box.right > 0 && box.bottom > 0 && !element.closest("svg")) isCovered = true
    isApart ||= isMoved || element.tagName === "svg"

    const drawn = [above, element.tagName, element.className, says(element), isSeen, ...STYLE.map(name => style[name])]
    drawn.push(...element.getAttributeNames(), element.getAttribute("aria-disabled")) // what is disabled is exempt
    for (const pseudo of ["::before", "::after"]) {
      const added = getComputedStyle(element, pseudo)
      if (added.content !== "none") drawn.push(...PSEUDO.map(name => added[name]))
    }
    const key = drawn.join("|")
    if (!ids.has(key)) ids.set(key, ids.size)
    const id = ids.get(key)
    times.set(id, (times.get(id) ?? 0) + 1)
    all.push(element)
    if (isApart || times.get(id) <= few) unlike.push(element)
    for (const child of element.children) look(child, id, isApart)
  }

  for (const element of document.querySelectorAll("[data-unlike]")) element.removeAttribute("data-unlike")
  look(document.body, "", false)
  for (const element of isCovered ? all : unlike) element.setAttribute("data-unlike", "")
}
