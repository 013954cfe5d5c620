// Previews: what a citation, a cross-reference or a footnote refers to, shown beside the link while the mouse or the
// keyboard is on it. What is on another page is fetched from there; a page opened as a file shows only its own.
const REFERRING = 'main :is(a.cross-reference, .citation a, a.footnote-ref)'
const WAIT = 150 // milliseconds on a link before its preview comes
const GRACE = 250 // milliseconds off it before the preview goes, long enough to reach it
const GAP = 6 // pixels between the preview, its link, and the edge of the window

const fetchedPages = new Map()
function pageAt(url) {
  if (url.pathname === location.pathname) return document
  if (!location.protocol.startsWith('http')) return null
  if (!fetchedPages.has(url.pathname)) {
    const page = fetch(url.pathname).then(answer => answer.ok ? answer.text() : '')
      .then(text => new DOMParser().parseFromString(text, 'text/html')).catch(() => null)
    fetchedPages.set(url.pathname, page)
  }
  return fetchedPages.get(url.pathname)
}

// The font of the formulas comes with a page that has any (page.html), else after it: for previews, and the next page.
const formulaFont = document.querySelector('script[src$="/formulas.js"]') ? null : new Promise(done => {
  const script = document.createElement('script')
  script.src = library + 'formulas.js'
  script.onload = script.onerror = done
  addEventListener('load', () => document.head.append(script))
})

// The part of a page that a reader wants to see: for a heading, the paragraph that follows it too.
function partsToShow(target) {
  if (!/^H[1-6]$/.test(target.tagName)) return [target.closest('.table, .cell-output-figure') ?? target]
  const after = target.closest('.chapter-title, .heading') ?? target
  let next = after.nextElementSibling
  while (next && next.tagName !== 'P' && !next.matches('.heading')) next = next.nextElementSibling
  return next?.tagName === 'P' ? [target, next] : [target]
}

function copied(part, base) {
  const copy = document.importNode(part, true)
  for (const away of copy.querySelectorAll('.anchor, .footnote-back, .cited-in, button, .copy, .in-play')) away.remove()
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const name of ['id', 'tabindex', 'role', 'aria-label', 'data-more']) element.removeAttribute(name)
    for (const name of ['src', 'href']) {
      if (element.hasAttribute(name)) element.setAttribute(name, new URL(element.getAttribute(name), base))
    }
    // Links in a preview are for the mouse; the tab key goes on in the text.
    if (element.matches('a')) element.tabIndex = -1
  }
  // A heading or an item of a list would be one too many on the page.
  if (!/^(H[1-6]|LI)$/.test(copy.tagName)) return copy
  const plain = document.createElement('div')
  plain.className = copy.tagName === 'LI' ? '' : 'preview-title'
  plain.append(...copy.childNodes)
  return plain
}

const preview = document.createElement('div')
preview.className = 'preview'
preview.id = 'preview'
preview.setAttribute('role', 'tooltip')
preview.hidden = true
document.querySelector('main').append(preview)
let shownFor = null
let timer = 0

function hide() {
  clearTimeout(timer)
  shownFor?.removeAttribute('aria-describedby')
  shownFor = null
  preview.hidden = true
}

// Below the link, or above it where there is more room; what is longer than the room scrolls.
function place(link) {
  const [at] = link.getClientRects()
  if (!at || at.bottom < 0 || at.top > innerHeight) return hide()
  const above = at.top - 2 * GAP
  const below = innerHeight - at.bottom - 2 * GAP
  preview.style.setProperty('--room', Math.max(above, below) + 'px')
  const { offsetWidth: width, offsetHeight: height } = preview
  preview.style.left = Math.max(GAP, Math.min(at.left, innerWidth - width - GAP)) + 'px'
  preview.style.top = (height <= below ? at.bottom + GAP : at.top - height - GAP) + 'px'
}

async function showTarget(link) {
  const url = new URL(link.href)
  const page = await pageAt(url)
  const target = page?.getElementById(decodeURIComponent(url.hash.slice(1)))
  const parts = target ? partsToShow(target).map(part => copied(part, url)) : []
  if (parts.some(part => part.querySelector('math'))) await formulaFont
  if (!parts.length || shownFor !== link) return
  preview.replaceChildren(...parts)
  preview.hidden = false
  link.setAttribute('aria-describedby', 'preview')
  place(link)
}

function come(link) {
  if (link === shownFor) return clearTimeout(timer)
  hide()
  timer = setTimeout(() => {
    shownFor = link
    showTarget(link)
  }, WAIT)
}

function go() {
  clearTimeout(timer)
  timer = setTimeout(hide, GRACE)
}

for (const link of document.querySelectorAll(REFERRING)) {
  link.addEventListener('pointerenter', event => { if (event.pointerType === 'mouse') come(link) })
  link.addEventListener('pointerleave', go)
  link.addEventListener('focus', () => { if (link.matches(':focus-visible')) come(link) })
  link.addEventListener('blur', go)
}
// A picture may come later than the rest, and make the preview larger.
preview.addEventListener('load', () => { if (!preview.hidden) place(shownFor) }, true)
preview.addEventListener('pointerenter', () => clearTimeout(timer))
preview.addEventListener('pointerleave', go)
addEventListener('keydown', event => { if (event.key === 'Escape') hide() })
// The page may still scroll to a link that has just got the focus: the preview stays at its link.
addEventListener('scroll', () => { if (!preview.hidden) place(shownFor) }, { capture: true, passive: true })
