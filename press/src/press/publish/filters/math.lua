-- Mathematics: spellings of TeX that pandoc's writers set badly become ones that they set well. Every formula is
-- written here: pandoc heeds what a filter warns of, not what a writer in Lua does; and in the PDF a formula has its
-- TeX as the alternative text.

local REWRITES = {
  { '\\[bB]igg?l%f[^%a]', '\\left' }, -- else the sizes of a pair may differ
  { '\\[bB]igg?r%f[^%a]', '\\right' },
  { '\\[bB]igg?%f[^%a]', '' },
  { '\\mathrm%s*{(%a%a[%a%s]*)}', '\\text{%1}' }, -- else every letter is a variable of its own
}
local TYPST_REWRITES = {
  { '\\!', '' }, -- a negative space; lost anyway
  { '\\;', '\\:' }, -- else a space of no width
  { '{,}', '\\text{,}' }, -- else 1{,}000 is set as a pair
  { '\\left%s*\\[lr]?Vert%f[^%a]', '\\lVert ' }, { '\\right%s*\\[lr]?Vert%f[^%a]', '\\rVert ' },
  { '\\left%s*\\|', '\\lVert ' }, { '\\right%s*\\|', '\\rVert ' },
}

local function rewritten(tex, rewrites)
  for _, rewrite in ipairs(rewrites) do tex = tex:gsub(rewrite[1], rewrite[2]) end
  return tex
end

-- Bold letters as characters of their own: pandoc's MathML would slant them.
local function bold(letters)
  return (letters:gsub('.', function(letter)
    local code = letter:byte()
    if letter:match '%u' then return utf8.char(0x1D400 + code - 65) end
    if letter:match '%l' then return utf8.char(0x1D41A + code - 97) end
    return letter
  end))
end

local function upright_bold(tex)
  return (tex:gsub('\\mathbf%s*{(%a+)}', bold):gsub('\\mathbf%s+(%a)', bold))
end

local function quoted(text)
  return '"' .. text:gsub('%s+', ' '):gsub('[\\"]', '\\%0') .. '"'
end

local function written(math, format, options)
  local document = pandoc.Pandoc { pandoc.Plain { math } }
  return (pandoc.write(document, { format = format, extensions = {} }, options):gsub('%s+$', ''))
end

-- A displayed formula stands in a box that scrolls where the formula is wider than the page.
local function html_formula(math)
  local formula = written(math, 'html', { html_math_method = 'mathml', wrap_text = 'none' })
  if math.mathtype == 'DisplayMath' then formula = '<span class="formula">' .. formula .. '</span>' end
  return pandoc.RawInline('html', formula)
end

local function typst_formula(math, tex)
  math.text = rewritten(math.text, TYPST_REWRITES)
  -- typst keeps the space between a word and its parenthesis; TeX does not.
  local source = written(math, 'typst', { wrap_text = 'none' }):gsub('(%a"%)?) (\\?%()', '%1%2')
  local name = math.mathtype == 'DisplayMath' and 'displayed' or 'inline'
  return pandoc.RawInline('typst', ('#%s(%s, %s)'):format(name, quoted(tex), source))
end

function Math(math)
  local tex = math.text
  math.text = upright_bold(rewritten(tex, REWRITES))
  if FORMAT == 'typst' then return typst_formula(math, tex) end
  return html_formula(math)
end
