// What a page does beyond HTML: the theme switches, boxes open for links and for printing, all solutions open at once,
// code can be copied, the menu opens on narrow screens, wide things scroll in boxes of their own, the contents follow
// the reader, and a few keys. (theme.js comes first; search.js and previews.js after.)

// Theme: that of the system until the reader chooses.
const darkSystem = matchMedia('(prefers-color-scheme: dark)')
const themeButtons = document.querySelectorAll('button.theme')
const isDark = () => (document.documentElement.dataset.theme ?? (darkSystem.matches ? 'dark' : 'light')) === 'dark'
function showTheme() {
  const label = isDark() ? 'Switch to light theme' : 'Switch to dark theme'
  for (const button of themeButtons) {
    button.setAttribute('aria-label', label)
    button.title = label
  }
  const paper = getComputedStyle(document.body).backgroundColor
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.content = paper
}
for (const button of themeButtons) {
  button.onclick = () => {
    const theme = isDark() ? 'light' : 'dark'
    document.documentElement.dataset.theme = theme
    kept.set(THEME, theme)
    showTheme()
  }
}
darkSystem.addEventListener('change', showTheme)
showTheme()

// Boxes: whatever a link, the search or printing leads into is open.
function openBoxesAround(element) {
  for (let box = element?.closest('details'); box; box = box.parentElement.closest('details')) box.open = true
}
function targetOfAddress() {
  try { return document.getElementById(decodeURIComponent(location.hash.slice(1))) } catch { return null }
}
function goToTarget() {
  const target = targetOfAddress()
  if (!target?.closest('details')) return
  openBoxesAround(target)
  target.scrollIntoView()
}
addEventListener('hashchange', goToTarget)
document.addEventListener('click', event => {
  const link = event.target.closest('a[href^="#"]')
  if (link && link.hash === location.hash) goToTarget()
})
let closedBoxes = []
addEventListener('beforeprint', () => {
  closedBoxes = [...document.querySelectorAll('details:not([open])')]
  for (const box of closedBoxes) box.open = true
  for (const image of document.querySelectorAll('img[loading]')) image.loading = 'eager'
})
addEventListener('afterprint', () => { for (const box of closedBoxes) box.open = false })

// Solutions: all at once, kept for the page.
const solutions = [...document.querySelectorAll('main details.callout-tip')]
const solutionsButton = document.querySelector('button.solutions')
if (solutionsButton) {
  const SOLUTIONS = 'press-solutions:' + location.pathname
  const allOpen = () => solutions.every(box => box.open)
  const showState = () => { solutionsButton.textContent = allOpen() ? 'Hide all solutions' : 'Show all solutions' }
  if (kept.get(SOLUTIONS) === 'open') for (const box of solutions) box.open = true
  solutionsButton.onclick = () => {
    const open = !allOpen()
    for (const box of solutions) box.open = open
    kept.set(SOLUTIONS, open ? 'open' : null)
    showState()
  }
  for (const box of solutions) box.addEventListener('toggle', showState)
  showState()
}
goToTarget()

// Code, and how to cite the book, are copied with a button.
if (navigator.clipboard) {
  for (const block of document.querySelectorAll('div.sourceCode, div.cited')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    const text = block.firstElementChild.textContent.trim()
    const say = (word, more) => { button.textContent = word; button.setAttribute('aria-label', word + more) }
    const offer = () => say('Copy', ': ' + text.split('\n')[0])
    button.onclick = async () => {
      await navigator.clipboard.writeText(text)
      say('Copied', '')
      setTimeout(offer, 1500)
    }
    offer()
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
  box.style.setProperty('--hidden-left', box.scrollLeft + 'px')
  box.style.setProperty('--hidden-right', hidden - box.scrollLeft + 'px')
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

// The menu of narrow screens.
const narrow = matchMedia('(max-width: 54rem)')
const menu = document.querySelector('.menu')
const behindMenu = document.querySelectorAll('.skip, main, .contents, body > footer')
function setMenu(open) {
  document.body.classList.toggle('menu-open', open)
  menu.setAttribute('aria-expanded', open)
  for (const part of behindMenu) part.inert = open
}
document.querySelector('.sidebar').addEventListener('click', event => { if (event.target.closest('a')) setMenu(false) })
narrow.addEventListener('change', () => setMenu(false))
menu.onclick = () => setMenu(menu.getAttribute('aria-expanded') !== 'true')
addEventListener('keydown', event => {
  if (event.key === 'Escape' && document.body.classList.contains('menu-open')) { setMenu(false); menu.focus() }
})

// The contents follow the reader.
const entries = new Map([...document.querySelectorAll('.contents a')].map(link => [link.hash.slice(1), link]))
const headings = [...document.querySelectorAll('main :is(h2, h3)[id]')].filter(heading => entries.has(heading.id))
function markSection() {
  const above = headings.filter(heading => heading.getBoundingClientRect().top < 120)
  const here = above.at(-1) ?? headings[0]
  for (const [id, link] of entries) {
    link.classList.toggle('here', id === here?.id)
    if (id === here?.id) link.setAttribute('aria-current', 'location')
    else link.removeAttribute('aria-current')
  }
}
if (headings.length) {
  addEventListener('scroll', markSection, { passive: true })
  markSection()
}

// Keys of one letter, which a reader can turn off.
const KEYS = 'press-keys'
const keysDialog = document.getElementById('keys')
const keysSwitch = keysDialog.querySelector('input')
keysSwitch.checked = kept.get(KEYS) !== 'off'
keysSwitch.onchange = () => kept.set(KEYS, keysSwitch.checked ? null : 'off')
document.querySelector('button.keys').onclick = () => keysDialog.showModal()
function goToSearch() {
  if (narrow.matches) setMenu(true)
  document.getElementById('search-input').select()
}
document.querySelector('.to-search').onclick = goToSearch
const actions = {
  '/': goToSearch,
  '?': () => keysDialog.showModal(),
  ArrowLeft: () => document.querySelector('a[rel="prev"]')?.click(),
  ArrowRight: () => document.querySelector('a[rel="next"]')?.click(),
}
addEventListener('keydown', event => {
  const busy = event.target.closest?.('input, textarea, select, dialog, [contenteditable], [data-more]')
  if (busy || keysDialog.open || !keysSwitch.checked || event.ctrlKey || event.altKey || event.metaKey) return
  const action = actions[event.key]
  if (!action || (event.shiftKey && event.key.startsWith('Arrow'))) return
  event.preventDefault()
  action()
})
