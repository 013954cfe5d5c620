// Finds the sections that speak of what a reader asks for. They hold all its words, as they are or under another name
// that the book's synonyms have; only where no section does, those with some of them. A word that the book does not
// know is read as the beginning of one, while it is typed, or as a typing error, or told as absent: never passed over.
const WEIGHTS = { heading: 8, terms: 3, text: 1, details: 0.2 }
const ENOUGH = 1.5, LENGTH = 0.4 // how soon more of the same words adds little; what the length of a section counts
const ADJACENT = 2 // what a hit counts that holds all words one after the other
const SMALL = new Set(('a an and are as at be by can do does for from how i in is it me my of on or that the this to '
  + 'was we what when where which who why with you your').split(' '))

const stemsOf = text => wordsOf(text).map(word => word.stem)

// The number of letters to change, add, leave out or swap with their neighbour (Damerau, Levenshtein).
function distance(one, other) {
  let [before, last] = [[], [...Array(other.length + 1).keys()]]
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] !== other[j - 1]))
      if (one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    [before, last] = [last, row]
  }
  return last.at(-1)
}

function makeFinder(index) {
  const sections = index.sections.map(section => {
    const lines = Object.keys(WEIGHTS)
      .flatMap(field => section[field].map(text => ({ field, text, words: wordsOf(text) })))
    return { ...section, lines, size: lines.reduce((sum, line) => sum + line.words.length, 0) }
  })
  const meanSize = sections.reduce((sum, section) => sum + section.size, 0) / sections.length
  const groups = index.synonyms.map(names => names.map(text => ({ text, stems: stemsOf(text) })))

  // The words that a reader may mean, with how often the book has them; all words; all stems.
  const known = new Map()
  const plains = new Set()
  const stems = new Set()
  const names = index.synonyms.flat().map(text => ({ field: 'synonyms', words: wordsOf(text) }))
  for (const { field, words } of [...sections.flatMap(section => section.lines), ...names]) {
    for (const { plain, stem } of words) {
      plains.add(plain)
      stems.add(stem)
      if (field !== 'details') known.set(plain, (known.get(plain) ?? 0) + 1)
    }
  }

  function nearest({ plain, stem }) {
    const reach = plain.length < 4 ? 0 : plain.length < 9 ? 1 : 2
    let best = null
    for (const [other, count] of known) {
      if (other[0] !== plain[0] || other.length < 4 || Math.abs(other.length - plain.length) > 3) continue
      const far = Math.min(distance(plain, other), distance(stem, stemOf(other)))
      if (far <= reach && (!best || far < best.far || (far === best.far && count > best.count))) {
        best = { other, far, count }
      }
    }
    return best?.other
  }

  // Each word as the book knows it, with what stands before it: in "r-hat" that is no space.
  function readWords(typed) {
    const words = wordsOf(typed)
    const absent = []
    const read = words.map((word, i) => {
      const said = typed.slice(word.start, word.end)
      const gap = i > 0 ? typed.slice(words[i - 1].end, word.start) : ' '
      const unfinished = word.end === typed.length && word.plain.length > 2 && !plains.has(word.plain)
      const whole = unfinished ? [...known.keys()].filter(other => other.startsWith(word.plain)) : []
      if (whole.some(other => stemOf(other) !== word.stem)) return { said, gap, whole }
      if (stems.has(word.stem)) return { said, gap, stem: word.stem }
      absent.push(said)
      const other = nearest(word)
      return other && { said: other, gap, stem: stemOf(other) }
    })
    return { words: read.filter(Boolean), absent, passedOver: read.includes(undefined) }
  }

  // What is asked for: names of the synonyms, words that belong together, and words, each with all its phrases.
  function topicsOf(words) {
    const topics = []
    const isAt = (at, name) => name.stems.every((stem, i) => words[at + i]?.stem === stem)
    for (let at = 0; at < words.length;) {
      const named = groups.flatMap(group => group.map(name => ({ group, name })))
        .filter(({ name }) => isAt(at, name))
        .sort((one, other) => other.name.stems.length - one.name.stems.length)[0]
      let end = at + (named?.name.stems.length ?? 1)
      while (!named && words[end] && !words[end].whole && !/\s/.test(words[end].gap)) end++
      const own = words.slice(at, end)
      const said = own.map((word, i) => (i ? word.gap : '') + word.said).join('')
      const phrases = own[0].whole?.map(text => ({ text, stems: [stemOf(text)] }))
        ?? [{ text: said, stems: own.map(word => word.stem) }]
      topics.push({ said, own, phrases, group: named?.group })
      at = end
    }
    return topics
  }

  // How often a section has a phrase, by where it has it.
  const often = (section, phrase) => section.lines.reduce(
    (sum, { field, words }) => sum + WEIGHTS[field] * placesOf([phrase.stems], words).length, 0)

  // How much each section says of a topic, under all its names (Okapi BM25): the rarer the topic, the more.
  function weigh(topic) {
    const isKnown = topic.phrases.some(phrase => sections.some(section => often(section, phrase)))
    if (!isKnown && !topic.group && topic.own.length > 1) return null
    // What only a longer name has, as "credible" for "credible interval", stands for it.
    const holds = (name, phrase) => placesOf([phrase.stems], name.stems.map(stem => ({ stem }))).length
    const group = topic.group ?? (isKnown ? [] : groups.find(
      names => names.some(name => topic.phrases.some(phrase => holds(name, phrase)))) ?? [])
    const isOwn = name => topic.phrases.some(phrase => phrase.stems.join() === name.stems.join())
    const phrases = [...topic.phrases, ...group.filter(name => !isOwn(name))]
    const entries = new Map()
    for (const section of sections) {
      const found = phrases.filter(phrase => often(section, phrase))
      if (found.length) entries.set(section, { phrases: found })
    }
    const rarity = Math.log(1 + (sections.length - entries.size + 0.5) / (entries.size + 0.5))
    for (const [section, entry] of entries) {
      const number = entry.phrases.reduce((sum, phrase) => sum + often(section, phrase), 0)
      const room = ENOUGH * (1 - LENGTH + LENGTH * section.size / meanSize)
      entry.score = rarity * number / (number + room)
    }
    return { ...topic, entries, called: isKnown ? null : group[0]?.text }
  }

  return function find(typed) {
    const { words, absent, passedOver } = readWords(typed)
    const asked = topicsOf(words)
    const large = asked.filter(topic => topic.own.length > 1 || !SMALL.has(topic.said.toLowerCase()))
    const topics = (large.length || passedOver ? large : asked)
      .flatMap(topic => weigh(topic) ?? topic.own.map(word => weigh(topicsOf([word])[0])))
    const some = sections.map(section => {
      const entries = topics.map(topic => topic.entries.get(section)).filter(Boolean)
      const score = entries.reduce((sum, entry) => sum + entry.score, 0)
      return { section, score, phrases: entries.map(entry => entry.phrases) }
    }).filter(hit => hit.phrases.length)
    const whole = some.filter(hit => hit.phrases.length === topics.length)
    const hits = whole.length ? whole : some
    const row = words.map(word => word.stem)
    for (const hit of topics.length > 1 && row.every(Boolean) ? hits : []) {
      if (hit.section.lines.some(line => placesOf([row], line.words).length)) hit.score *= ADJACENT
    }
    hits.sort((one, other) => other.score - one.score)
    return {
      hits, absent, partial: !whole.length,
      said: topics.filter(topic => !topic.own[0].whole).map(topic => topic.said).join(' '),
      begun: words.find(word => word.whole)?.said,
      called: topics.filter(topic => topic.called).map(topic => [topic.said, topic.called]),
    }
  }
}
