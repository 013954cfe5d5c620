-- Formulas for typst, written from the MathML that the website has: both show the same. pandoc's own typst writer
-- loses columns, brackets on one side and what stands above or below, and uses names that typst no longer knows.
-- Not a filter: math.lua loads it.

local ENTITIES = { lt = '<', gt = '>', amp = '&', quot = '"' }
local APPLY_FUNCTION = '\u{2061}'
local BARS = { ['|'] = true, ['‖'] = true, ['∥'] = true }
-- Operators that typst sets as TeX does: with limits in displayed formulas only.
local MOVABLE = {}
for _, code in utf8.codes '∑∏∐⋂⋃⋀⋁' do MOVABLE[utf8.char(code)] = true end
-- Signs that are operators unless MathML says that they are not, as in -1.
local OPERATORS = { ['+'] = true, ['−'] = true, ['±'] = true, ['∓'] = true, ['∼'] = true }
-- Signs that typst has by another name, or as letters.
local RELATIONS = { ['⊥'] = true }
local ASTERISK = '∗'
local OVER = { ['⏞'] = 'overbrace', ['⏟'] = 'underbrace', ['¯'] = 'overline', ['_'] = 'underline' }
local ACCENTS = { ['→'] = '\u{20d7}', ['‾'] = '\u{304}' }

local function character(name)
  return ENTITIES[name] or utf8.char(tonumber(name:sub(2)))
end

local function parse(xml)
  local root = {}
  local open = { root }
  for closes, tag, attributes, text in xml:gmatch '<(/?)(%w+)([^>]*)>([^<]*)' do
    if closes ~= '' then
      table.remove(open)
    else
      local node = { tag = tag, text = text:gsub('&([#%w]+);', character) }
      for name, value in attributes:gmatch '(%w+)="([^"]*)"' do node[name] = value end
      table.insert(open[#open], node)
      table.insert(open, node)
    end
  end
  return root
end

local write -- node -> typst

-- Signs as they stand, in no way that typst reads as more than one.
local function signs(text)
  local written = {}
  for _, code in utf8.codes(text) do
    local sign = utf8.char(code)
    table.insert(written, sign:match '^%w$' or code < 128 and '\\' .. sign or ('\\u{%x}'):format(code))
  end
  return table.concat(written, ' ')
end

local function quoted(text)
  return '"' .. text:gsub('[\\"]', '\\%0') .. '"'
end

-- Names and numbers need a space between them; beside text, typst would print it.
local function joined(parts)
  local line = ''
  for _, part in ipairs(parts) do
    if line:match '[%w.]$' and part:match '^[%w]' then
      line = line .. (part:match '^upright%("' and '""' or ' ')
    elseif part:match '^%.' then
      line = line .. ' '
    end
    line = line .. part
  end
  return line == '' and '""' or line
end

local function is(node, tag, text)
  return node ~= nil and node.tag == tag and (text == nil or node.text == text)
end

local function operator(node)
  return ('op(%s)'):format(quoted(node.text))
end

local function row(node)
  local first, second, third = node[1], node[2], node[3]
  if #node == 3 and is(second, 'mfrac') and second.linethickness == '0' and is(first, 'mo', '(') then
    return ('binom(%s, %s)'):format(write(second[1]), write(second[2]))
  end
  local parts, stretches = {}, false
  for i, child in ipairs(node) do
    stretches = stretches or (child.tag == 'mo' and child.stretchy == 'true')
    local applied = is(child, 'mi') and is(node[i + 1], 'mo', APPLY_FUNCTION)
    table.insert(parts, applied and operator(child) or write(child))
  end
  return stretches and ('lr(%s)'):format(joined(parts)) or joined(parts)
end

local function bracket(node)
  if node.form == 'infix' then return ('mid(%s)'):format(signs(node.text)) end
  local class = node.form == 'prefix' and 'opening' or 'closing'
  if node.stretchy ~= 'true' and BARS[node.text] then class = 'normal' end
  return ('class("%s", %s)'):format(class, signs(node.text))
end

-- What stands at the right of its base.
local function scripts(node, bottom, top)
  local written = { 'attach(' .. write(node[1]) }
  if bottom then table.insert(written, 'br: ' .. write(bottom)) end
  if top then table.insert(written, 'tr: ' .. write(top)) end
  return table.concat(written, ', ') .. ')'
end

-- What stands above and below: accents, braces, limits, labels.
local function limits(node, bottom, top)
  local base, sign = node[1], top or bottom
  local over = OVER[sign.text]
  if sign.accent == 'true' and over then return ('%s(%s)'):format(over, write(base)) end
  if sign.accent == 'true' then
    local many = not ((base.tag == 'mi' or base.tag == 'mover') and utf8.len(base.text) < 2)
    if sign.text == '‾' and many then return ('overline(%s)'):format(write(base)) end
    return ('accent(%s, %s)'):format(write(base), signs(ACCENTS[sign.text] or sign.text))
  end
  local braced = (base.tag == 'mover' or base.tag == 'munder') and base[2].text
  if braced == '⏞' and top or braced == '⏟' and bottom then
    return ('%s(%s, %s)'):format(OVER[braced], write(base[1]), write(sign))
  end
  local written = write(base)
  if base.tag == 'mo' and base.text:match '[→←]' then written = ('stretch(%s)'):format(written) end
  if not (base.tag == 'mo' and MOVABLE[base.text]) then written = ('limits(%s)'):format(written) end
  written = { 'attach(' .. written }
  if bottom then table.insert(written, 'b: ' .. write(bottom)) end
  if top then table.insert(written, 't: ' .. write(top)) end
  return table.concat(written, ', ') .. ')'
end

-- A cell of a column stands at the left or right through a sign of alignment; lines aligned at signs are pairs of
-- columns, which share one.
local function cells(line, style)
  local written, pair = {}, nil
  for _, cell in ipairs(line) do
    local content = ('%s(%s)'):format(style, write(cell))
    local opens_pair = (cell.style or ''):match 'padding%-right: 0'
    if opens_pair then
      pair = content
    else
      if cell.columnalign == 'left' then content = '&' .. content end
      if cell.columnalign == 'right' then content = content .. '&' end
      table.insert(written, (pair or '') .. content)
      pair = nil
    end
  end
  if pair then table.insert(written, pair .. '&') end
  return table.concat(written, ', ')
end

local function matrix(node)
  local style, gaps = 'inline', 'column-gap: #1em, row-gap: #0.3em'
  if node.displaystyle == 'true' then style, gaps = 'display', 'column-gap: #2em, row-gap: #0.66em' end
  if node.scriptlevel then style, gaps = 'script', 'column-gap: #0.5em, row-gap: #0.2em' end
  local lines = {}
  for _, line in ipairs(node) do table.insert(lines, cells(line, style)) end
  return ('mat(delim: #none, %s, %s)'):format(gaps, table.concat(lines, '; '))
end

local WRITERS = {
  math = row, semantics = row, mrow = row, mtd = row, mtable = matrix,
  mi = function(node)
    if utf8.len(node.text) > 1 then return operator(node) end
    local written = signs(node.text)
    if OPERATORS[node.text] then return ('class("normal", %s)'):format(written) end
    return node.mathvariant == 'normal' and node.text ~= '' and ('upright(%s)'):format(written) or written
  end,
  mn = function(node) return node.text:match '^[%d.]+$' or signs(node.text) end,
  mo = function(node)
    if node.text == APPLY_FUNCTION then return '' end
    if node.form then return bracket(node) end
    if RELATIONS[node.text] then return ('class("relation", %s)'):format(signs(node.text)) end
    if node.text:match '^%a' then return operator(node) end
    return signs(node.text == '*' and ASTERISK or node.text)
  end,
  -- Spaces at its ends are there once more, as <mspace>.
  mtext = function(node) return ('upright(%s)'):format(quoted(node.text:match '^%s*(.-)%s*$')) end,
  mspace = function(node) return ('#h(%s)'):format(node.width) end,
  mfrac = function(node) return ('frac(%s, %s)'):format(write(node[1]), write(node[2])) end,
  msqrt = function(node) return ('sqrt(%s)'):format(row(node)) end,
  mroot = function(node) return ('root(%s, %s)'):format(write(node[2]), write(node[1])) end,
  mstyle = function(node)
    return (node.displaystyle == 'true' and 'display(%s)' or 'inline(%s)'):format(row(node))
  end,
  msub = function(node) return scripts(node, node[2]) end,
  msup = function(node) return scripts(node, nil, node[2]) end,
  msubsup = function(node) return scripts(node, node[2], node[3]) end,
  munder = function(node) return limits(node, node[2]) end,
  mover = function(node) return limits(node, nil, node[2]) end,
  munderover = function(node) return limits(node, node[2], node[3]) end,
}

function write(node)
  local writer = WRITERS[node.tag]
  if not writer then error(('a formula has <%s>, which the PDF cannot show'):format(node.tag), 0) end
  return writer(node)
end

-- The formula as typst has it between its dollar signs.
return function(mathml)
  return row(parse(mathml:gsub('<annotation.-</annotation>', ''))[1])
end
