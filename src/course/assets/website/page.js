// What a page does beyond HTML: boxes open for links and for printing, code can be copied, the menu opens on
// narrow screens, the contents follow the reader, and the search box loads when someone goes to it.
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

const menu = document.querySelector('.menu')
function setMenu(open) {
  document.body.classList.toggle('menu-open', open)
  menu.setAttribute('aria-expanded', open)
}
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

// Search reads an index over HTTP, which a page opened as a file cannot.
if (location.protocol.startsWith('http')) {
  const style = document.createElement('link')
  style.rel = 'stylesheet'
  style.href = root + 'pagefind/pagefind-ui.css'
  document.head.prepend(style)
  const script = document.createElement('script')
  script.src = root + 'pagefind/pagefind-ui.js'
  script.onload = () => new PagefindUI({
    element: '#search', showImages: false, showSubResults: true, resetStyles: false,
    translations: { placeholder: 'Search the book' },
  })
  document.head.append(script)
}
