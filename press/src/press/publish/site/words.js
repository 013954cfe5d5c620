// The words of a text as the search compares them, each with its place: without capitals and accents, Greek letters by
// their names, R̂ as "rhat". search.js loads this file when it needs it.
const GREEK = {
  α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', ζ: 'zeta', η: 'eta', θ: 'theta', ι: 'iota', κ: 'kappa',
  λ: 'lambda', μ: 'mu', ν: 'nu', ξ: 'xi', ο: 'omicron', π: 'pi', ρ: 'rho', ς: 'sigma', σ: 'sigma', τ: 'tau',
  υ: 'upsilon', φ: 'phi', χ: 'chi', ψ: 'psi', ω: 'omega',
}
const ACCENTS = { '\u0302': 'hat', '\u0303': 'tilde', '\u0304': 'bar' } // on one letter, that of a formula
// A Greek letter is a word of its own, as in τα; what else is no letter and no number parts words, as in r_hat.
const WORD = /\p{Script=Greek}\p{M}*|(?:(?!\p{Script=Greek})[\p{L}\p{N}]\p{M}*(?:['’](?=\p{L}))?)+/gu

function plainWord(word) {
  const parts = word.normalize('NFKD').toLowerCase().replace(/['’]/g, '')
  const accent = /^\p{L}\p{M}$/u.test(parts) ? ACCENTS[parts[1]] ?? '' : ''
  const letters = parts.replace(/\p{M}/gu, '')
  return (GREEK[letters] ?? letters) + accent
}

// One stem for a word with and without -s, -ed and -ing. A stemmer such as Porter's goes further, and would lead from
// "relation" to "relative"; here such a word is not in the book.
function stemOf(plain) {
  if (plain.length < 4 || /\d/.test(plain)) return plain
  return plain
    .replace(/(s|sh|ch|x|z)es$/, '$1').replace(/([^siu])s$/, '$1')
    .replace(/^(.*[aeiouy].*)(?:ed|ing)$/, (whole, rest) => rest.length > 2 ? rest : whole)
    .replace(/([^s])\1$/, '$1').replace(/e$/, '').replace(/i$/, 'y')
}

function wordsOf(text) {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => {
    const plain = plainWord(word)
    return { plain, stem: stemOf(plain), start: index, end: index + word.length }
  })
}

// Where one of the phrases, each a list of stems, stands among words: pairs of the first place and the one behind it.
function placesOf(phrases, words) {
  const places = []
  for (let at = 0; at < words.length; at++) {
    const lengths = phrases.filter(phrase => phrase.every((stem, i) => words[at + i]?.stem === stem))
      .map(phrase => phrase.length)
    if (!lengths.length) continue
    const last = at + Math.max(...lengths) - 1
    places.push({ start: words[at].start, end: words[last].end })
    at = last
  }
  return places
}
