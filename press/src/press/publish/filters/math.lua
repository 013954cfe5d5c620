-- Mathematics: spellings of TeX that pandoc reads badly become ones that it reads well. Every formula is written here:
-- pandoc heeds what a filter warns of, not what a writer in Lua does; and in the PDF a formula has its TeX as the
-- alternative text.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local typst_of = dofile(pandoc.path.join { HERE, 'mathml.lua' })

local REWRITES = {
  { '\\[bB]igg?l%f[^%a]', '\\left' }, -- else the sizes of a pair may differ
  { '\\[bB]igg?r%f[^%a]', '\\right' },
  { '\\[bB]igg?%f[^%a]', '' },
  { '\\mathrm%s*{(%a%a[%a%s%-]*)}', '\\text{%1}' }, -- else every letter is a variable of its own
  { '\\lim([si][un][pf])%f[^%a]', '\\operatorname*{lim\\,%1}' },
  { '\\colon%f[^%a]', '\\text{:}\\,' }, -- else it is a relation, as in a : b
  { '\\perp%f[^%a]', '\\mathrel{⊥}' }, { '\\varnothing%f[^%a]', '\\emptyset ' }, -- signs that the fonts have
  { '{,}', '\\text{,}' }, -- else 1{,}000 is set as a pair
  { '\\\\%s*(\\end%s*{)', '%1' }, -- else an empty line ends the table
}
-- How tables are set, by the environment that TeX has for them.
local TABLES = { smallmatrix = ' scriptlevel="1"', substack = ' scriptlevel="1"' }
for _, name in ipairs { 'aligned', 'align', 'align*', 'split', 'gathered', 'gather', 'gather*' } do
  TABLES[name] = ' displaystyle="true"'
end

local function rewritten(tex)
  for _, rewrite in ipairs(REWRITES) do tex = tex:gsub(rewrite[1], rewrite[2]) end
  -- Else a sign such as \% swallows the space behind it.
  return (tex:gsub('\\text%a*%s*%b{}', function(text) return (text:gsub('(\\[%%&#$_]) ', '%1{} ')) end))
end

-- Bold letters as characters of their own: pandoc's MathML would slant them.
local function bold(letters)
  return '{' .. letters:gsub('\\?.', function(letter)
    local code = letter:byte()
    if letter:match '^%u' then return utf8.char(0x1D400 + code - 65) end
    if letter:match '^%l' then return utf8.char(0x1D41A + code - 97) end
    if letter:match '^%d' then return utf8.char(0x1D7CE + code - 48) end
    return letter
  end) .. '}'
end

local function upright_bold(tex)
  return (tex:gsub('\\mathbf%s*{([^\\{}]+)}', bold):gsub('\\mathbf%s+(%w)', bold))
end

local function quoted(text)
  return '"' .. text:gsub('%s+', ' '):gsub('[\\"]', '\\%0') .. '"'
end

local function written(math, format, options)
  local document = pandoc.Pandoc { pandoc.Plain { math } }
  return (pandoc.write(document, { format = format, extensions = {} }, options):gsub('%s+$', ''))
end

-- Tables in MathML stand in the order in which TeX begins them.
local function with_tables(formula, tex)
  local names = {}
  tex = tex:gsub('\\substack%f[%A]', '\\begin{substack}')
  for name in tex:gmatch '\\begin%s*{([%a*]+)}' do table.insert(names, name) end
  return (formula:gsub('<mtable>', function() return ('<mtable%s>'):format(TABLES[table.remove(names, 1)] or '') end))
end

-- The second of two bars closes, and a minus behind it is no sign.
local function with_bars(formula)
  local bar = '<mo stretchy="false" form="%s">|</mo>'
  local opens, closes = bar:format 'prefix', bar:format 'postfix'
  formula = formula:gsub(opens .. '(.-)' .. opens, function(between) return opens .. between .. closes end)
  return (formula:gsub(closes .. '<mi>−</mi>', closes .. '<mo>−</mo>'))
end

local function mathml(math)
  local formula = written(math, 'html', { html_math_method = 'mathml', wrap_text = 'none' })
  return with_bars(with_tables(formula, math.text))
end

local function formula_of(math)
  local tex, displayed = math.text, math.mathtype == 'DisplayMath'
  math.text = upright_bold(rewritten(tex))
  local formula = mathml(math)
  if FORMAT == 'typst' then
    if not formula:match '^<math' then return nil end -- pandoc could not read it, and says so
    local call = displayed and 'displayed-formula' or 'inline-formula'
    return pandoc.RawInline('typst', ('#%s(%s, $%s$)'):format(call, quoted(tex), typst_of(formula)))
  end
  -- A displayed formula stands in a box that scrolls where the formula is wider than the page.
  if displayed then formula = '<span class="formula">' .. formula .. '</span>' end
  return pandoc.RawInline('html', formula)
end

local known = {} -- most formulas of a book are there several times

function Math(math)
  local key = math.mathtype .. math.text
  known[key] = known[key] or formula_of(math)
  return known[key]
end
