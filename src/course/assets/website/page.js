// What a page does beyond HTML: boxes open for links and for printing, code can be copied, the menu opens on
// narrow screens, wide things scroll in boxes of their own, the contents follow the reader, and the search box loads
// and marks what it found.
const root = document.body.dataset.root

function openBoxesAround(element) {
  for (let box = element?.closest('details'); box; box = box.parentElement.closest('details')) box.open = true
}

function goToTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!target?.closest('details')) return
  openBoxesAround(target)
  target.scrollIntoView()
}
addEventListener('hashchange', goToTarget)
document.addEventListener('click', event => {
  const link = event.target.closest('a[href^="#"]')
  if (link && link.hash === location.hash) goToTarget()
})
goToTarget()

let closedBoxes = []
addEventListener('beforeprint', () => {
  closedBoxes = [...document.querySelectorAll('details:not([open])')]
  for (const box of closedBoxes) box.open = true
})
addEventListener('afterprint', () => { for (const box of closedBoxes) box.open = false })

if (navigator.clipboard) {
  for (const block of document.querySelectorAll('div.sourceCode')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    button.textContent = 'Copy'
    button.onclick = async () => {
      await navigator.clipboard.writeText(block.querySelector('code').textContent)
      button.textContent = 'Copied'
      setTimeout(() => { button.textContent = 'Copy' }, 1500)
    }
    block.append(button)
  }
}

// Boxes that scroll sideways take the keyboard's focus while they do, and tell the stylesheet where there is more.
const SCROLLING = { formula: 'Formula', picture: 'Figure', table: 'Table', sourceCode: 'Code' }
function markSides(box) {
  const hidden = box.scrollWidth - box.clientWidth
  const sides = [box.scrollLeft > 1 && 'left', box.scrollLeft < hidden - 1 && 'right'].filter(Boolean)
  if (hidden > 1) box.dataset.more = sides.join(' ')
  else delete box.dataset.more
}
const watcher = new ResizeObserver(changes => {
  for (const { target: box } of changes) {
    markSides(box)
    const scrolls = 'more' in box.dataset
    const label = SCROLLING[box.classList[0]] ?? 'Output'
    for (const [name, value] of [['tabindex', 0], ['role', 'group'], ['aria-label', label + ', scrolls sideways']]) {
      if (scrolls) box.setAttribute(name, value)
      else box.removeAttribute(name)
    }
  }
})
for (const box of document.querySelectorAll('main :is(.formula, .picture, .table, pre)')) {
  watcher.observe(box)
  box.addEventListener('scroll', () => markSides(box), { passive: true })
}

const menu = document.querySelector('.menu')
const behindMenu = document.querySelectorAll('.skip, main, .contents, body > footer')
function setMenu(open) {
  document.body.classList.toggle('menu-open', open)
  menu.setAttribute('aria-expanded', open)
  for (const part of behindMenu) part.inert = open
}
document.querySelector('.sidebar').addEventListener('click', event => { if (event.target.closest('a')) setMenu(false) })
matchMedia('(max-width: 54rem)').addEventListener('change', () => setMenu(false))
menu.onclick = () => setMenu(menu.getAttribute('aria-expanded') !== 'true')
addEventListener('keydown', event => {
  if (event.key === 'Escape' && document.body.classList.contains('menu-open')) { setMenu(false); menu.focus() }
})

const entries = new Map([...document.querySelectorAll('.contents a')].map(link => [link.hash.slice(1), link]))
const headings = [...document.querySelectorAll('main :is(h2, h3)[id]')].filter(heading => entries.has(heading.id))
function markSection() {
  const above = headings.filter(heading => heading.getBoundingClientRect().top < 120)
  const here = above.at(-1) ?? headings[0]
  for (const [id, link] of entries) link.classList.toggle('here', id === here?.id)
}
if (headings.length) {
  addEventListener('scroll', markSection, { passive: true })
  markSection()
}

// Who comes from the search finds the words marked, and the box around them open.
const FOUND = 'found'
async function markFoundWords() {
  await import(new URL(root + 'pagefind/pagefind-highlight.js', document.baseURI))
  const exclude = ['math *', '.folded-contents *']
  new PagefindHighlight({ highlightParam: FOUND, addStyles: false, markContext: 'main', markOptions: { exclude } })
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  const marks = [...document.querySelectorAll('main mark')]
  const below = marks.find(mark => target && target.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING)
  const first = below ?? marks[0]
  openBoxesAround(first)
  first?.scrollIntoView({ block: 'center' })
}

// Search reads an index over HTTP, which a page opened as a file cannot.
if (location.protocol.startsWith('http')) {
  const style = document.createElement('link')
  style.rel = 'stylesheet'
  style.href = root + 'pagefind/pagefind-ui.css'
  document.head.prepend(style)
  const script = document.createElement('script')
  script.src = root + 'pagefind/pagefind-ui.js'
  script.onload = () => new PagefindUI({
    element: '#search', highlightParam: FOUND, showImages: false, showSubResults: true, resetStyles: false,
    translations: { placeholder: 'Search the book' },
  })
  document.head.append(script)
  if (new URLSearchParams(location.search).has(FOUND)) markFoundWords()
}
