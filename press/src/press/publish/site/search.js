// Search: pagefind's index, read when the reader first asks for it; a page opened as a file cannot read it.
const FOUND = 'found'
const PAUSE = 150 // milliseconds without a key, after which the words count as typed
const MOST = 20 // pages to show
const searchRoot = new URL(document.body.dataset.root || './', document.baseURI)
const searchForm = document.getElementById('search')
const searchInput = document.getElementById('search-input')
const searchStatus = document.getElementById('search-status')
const searchResults = document.getElementById('search-results')

let engine = null
function loadEngine() {
  engine ??= import(new URL('pagefind/pagefind.js', searchRoot)).then(async pagefind => {
    await pagefind.options({ highlightParam: FOUND, excerptLength: 18 })
    await pagefind.init()
    return pagefind
  })
  return engine
}

// An excerpt is HTML of pagefind's: text, escaped, with the words found in <mark>.
function excerptOf(html) {
  const excerpt = document.createElement('small')
  excerpt.append(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
  return excerpt
}

function resultLink(title, url, excerpt) {
  const link = document.createElement('a')
  link.href = url
  const name = document.createElement('span')
  name.textContent = title
  link.append(name)
  if (excerpt) link.append(excerptOf(excerpt))
  return link
}

function resultItem(page) {
  const item = document.createElement('li')
  // pagefind counts what stands above the first section as a section with the page's title.
  const sections = page.sub_results.filter(section => section.title !== page.meta.title)
  const opening = page.sub_results.find(section => section.title === page.meta.title)
  item.append(resultLink(page.meta.title, (opening ?? page).url, opening?.excerpt))
  item.append(...sections.slice(0, 3).map(section => resultLink(section.title, section.url, section.excerpt)))
  for (const link of [...item.children].slice(1)) link.className = 'section'
  return item
}

function show(status, items = []) {
  searchStatus.textContent = status
  searchResults.replaceChildren(...items)
}

let latest = 0
async function search() {
  const words = searchInput.value.trim()
  const asked = ++latest
  if (!words) return show('')
  try {
    const pagefind = await loadEngine()
    const found = await pagefind.search(words)
    const pages = await Promise.all(found.results.slice(0, MOST).map(result => result.data()))
    if (asked !== latest) return
    const count = found.results.length
    const number = count === 0 ? 'Nothing found' : count === 1 ? 'Found on one page' : `Found on ${count} pages`
    const shown = count > MOST ? `, the best ${MOST} of them below` : ''
    show(`${number} for “${words}”${shown}`, pages.map(resultItem))
  } catch {
    show('The search index could not be read.')
  }
}

function clearSearch() {
  searchInput.value = ''
  latest++
  show('')
}

// Arrows go through the results, Escape goes back to the words and then clears them.
function moveInResults(event) {
  const links = [...searchResults.querySelectorAll('a')]
  const at = links.indexOf(document.activeElement)
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const next = event.key === 'ArrowDown' ? links[at + 1] : links[at - 1] ?? searchInput
    if (!next || (at < 0 && event.key === 'ArrowUp')) return
    event.preventDefault()
    next.focus()
  } else if (event.key === 'Escape' && (at >= 0 || searchInput.value)) {
    event.preventDefault()
    event.stopPropagation()
    if (at < 0) clearSearch()
    searchInput.focus()
  }
}

// Who comes from the search finds the words marked, and the box around them open.
async function markFoundWords() {
  await import(new URL('pagefind/pagefind-highlight.js', searchRoot))
  const exclude = ['math *', '.folded-contents *']
  new PagefindHighlight({ highlightParam: FOUND, addStyles: false, markContext: 'main', markOptions: { exclude } })
  const target = targetOfAddress()
  const marks = [...document.querySelectorAll('main mark')]
  const below = marks.find(mark => target && target.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING)
  const first = below ?? marks[0]
  openBoxesAround(first)
  first?.scrollIntoView({ block: 'center' })
}

if (location.protocol.startsWith('http')) {
  let timer = 0
  searchInput.addEventListener('focus', loadEngine, { once: true })
  searchInput.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(search, PAUSE)
  })
  searchForm.addEventListener('submit', event => {
    event.preventDefault()
    search().then(() => searchResults.querySelector('a')?.focus())
  })
  searchForm.addEventListener('keydown', moveInResults)
  if (new URLSearchParams(location.search).has(FOUND)) markFoundWords()
} else {
  searchInput.disabled = true
  searchInput.placeholder = 'Search needs a server'
  searchForm.title = 'A page opened as a file cannot be searched. Serve the folder, as with `make preview`.'
}
