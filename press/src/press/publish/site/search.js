// Search: what the reader types leads to sections of the book. The words of the book come in a script, loaded when the
// reader first asks (a page opened as a file may load one); finder.js says which sections fit.
const FOUND = 'found'
const PAUSE = 150 // milliseconds without a key, after which the words count as typed
const MOST = 20 // sections to show
const AROUND = [60, 120] // letters of an excerpt before the first word found, and after
const searchRoot = new URL(document.body.dataset.root || './', document.baseURI)
const searchForm = document.getElementById('search')
const searchInput = document.getElementById('search-input')
const searchStatus = document.getElementById('search-status')
const searchResults = document.getElementById('search-results')

const scripts = {}
function load(name) {
  scripts[name] ??= new Promise((done, failed) => {
    const script = document.createElement('script')
    script.async = false // they run in the order in which they are asked for
    script.src = library + name
    script.onload = done
    script.onerror = failed
    document.head.append(script)
  })
  return scripts[name]
}

let finder = null
function loadFinder() {
  const files = ['words.js', 'finder.js', 'search-index.js']
  finder ??= Promise.all(files.map(load)).then(() => makeFinder(searchIndex))
  finder.catch(() => {}) // told when the reader asks for something
  return finder
}

function marked(text, places, start = 0, end = text.length) {
  const parts = []
  let at = start
  for (const place of places.filter(place => place.start >= start && place.end <= end)) {
    const mark = document.createElement('mark')
    mark.textContent = text.slice(place.start, place.end)
    parts.push(text.slice(at, place.start), mark)
    at = place.end
  }
  return [...parts, text.slice(at, end)]
}

const stemsIn = phrases => phrases.map(phrase => phrase.stems)

// A piece of the line that has the most of what was asked for, rather of text than of code, cut between words.
function excerptOf({ section, phrases }) {
  const stems = stemsIn(phrases.flat())
  const lines = section.lines.filter(line => line.field === 'text' || line.field === 'details').map(line => {
    const number = phrases.filter(each => placesOf(stemsIn(each), line.words).length).length
    return { ...line, fit: number && line.field === 'text' ? number + 1 : number }
  })
  const [line] = lines.sort((one, other) => other.fit - one.fit)
  if (!line) return []
  const places = placesOf(stems, line.words)
  const { text } = line
  const first = places[0]?.start ?? 0
  const start = first <= AROUND[0] ? 0 : text.indexOf(' ', first - AROUND[0]) + 1
  const cut = text.lastIndexOf(' ', first + AROUND[1])
  const end = first + AROUND[1] >= text.length || cut <= first ? text.length : cut
  return [start ? '… ' : '', ...marked(text, places, start, end), end < text.length ? ' …' : '']
}

function part(tag, name, ...content) {
  const element = document.createElement(tag)
  element.className = name
  element.append(...content)
  return element
}

function resultItem(hit) {
  const { address, above, title } = hit.section
  const url = new URL(address, searchRoot)
  for (const { text } of hit.phrases.flat()) url.searchParams.append(FOUND, text)
  const places = placesOf(stemsIn(hit.phrases.flat()), wordsOf(title))
  const link = part('a', '', part('span', 'title', ...marked(title, places)))
  link.href = url
  if (above.length) link.append(part('span', 'above', above.join(' › ')))
  link.append(part('small', '', ...excerptOf(hit)))
  const item = document.createElement('li')
  item.append(link)
  return item
}

const quoted = words => words.map(word => `“${word}”`).join(' and ')
function statusOf({ hits, absent, partial, said, called, begun }) {
  if (!hits.length) return `Nothing found for ${quoted([searchInput.value.trim()])}`
  const number = hits.length === 1 ? 'one section' : `${hits.length} sections`
  const names = called.map(([asked, name]) => `; the book says “${name}” for “${asked}”`).join('')
  const start = absent.length ? `Nothing found for ${quoted(absent)}; found in` : 'Found in'
  const whole = said && `${partial ? 'some of the words of ' : ''}“${said}”`
  const words = [whole, begun && `words that begin with “${begun}”`].filter(Boolean).join(' and ')
  const most = hits.length > MOST ? `; the best ${MOST} are below` : ''
  return `${start} ${number} for ${words}${names}${most}`
}

function show(status, items = []) {
  searchStatus.textContent = status
  searchResults.replaceChildren(...items)
}

let latest = 0
async function search() {
  const asked = ++latest
  if (!searchInput.value.trim()) return show('')
  try {
    const find = await loadFinder()
    if (asked !== latest) return
    const found = find(searchInput.value.trimStart())
    show(statusOf(found), found.hits.slice(0, MOST).map(resultItem))
  } catch (error) {
    console.error(error)
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
function markIn(main, phrases) {
  const ignored = 'math, button, .folded-contents, .preview'
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
  const nodes = []
  while (texts.nextNode()) if (!texts.currentNode.parentElement.closest(ignored)) nodes.push(texts.currentNode)
  for (const node of nodes) {
    const places = placesOf(phrases, wordsOf(node.data))
    if (places.length) node.replaceWith(...marked(node.data, places))
  }
  for (const formula of main.querySelectorAll('math')) {
    const shown = formula.querySelector('semantics')?.firstElementChild ?? formula
    const found = placesOf(phrases, wordsOf(shown.textContent)).length
    if (found) (formula.closest('.formula') ?? formula).classList.add(FOUND)
  }
}

async function goToFound(texts) {
  await load('words.js')
  markIn(document.querySelector('main'), texts.map(text => wordsOf(text).map(word => word.stem)))
  const target = targetOfAddress()
  const marks = [...document.querySelectorAll(`main :is(mark, .${FOUND})`)]
  const below = marks.find(mark => target && target.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING)
  const first = below ?? marks[0]
  openBoxesAround(first)
  first?.scrollIntoView({ block: 'center' })
}

let typing = 0
searchInput.addEventListener('focus', loadFinder, { once: true })
searchInput.addEventListener('input', () => {
  clearTimeout(typing)
  typing = setTimeout(search, PAUSE)
})
searchForm.addEventListener('submit', event => {
  event.preventDefault()
  search().then(() => searchResults.querySelector('a')?.focus())
})
searchForm.addEventListener('keydown', moveInResults)
const foundTexts = new URLSearchParams(location.search).getAll(FOUND)
if (foundTexts.length) goToFound(foundTexts)
