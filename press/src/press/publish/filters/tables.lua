-- Tables: numbers stand with their decimal points one below the other, header cells say what they head, and in the
-- PDF long tables break and wide ones are set smaller.

local SIGNS = { '−', '-', '+', '±', '≈', '~', '≤', '≥', '<', '>', '[', '(', ' ', '\u{a0}' }
local MISSING = { ['—'] = true, ['–'] = true, ['-'] = true, ['∞'] = true, NA = true, ['n/a'] = true }
local GROUPS = { ',', '\u{202f}', '\u{2009}', '\u{a0}' } -- between thousands

local function without_start(text, starts)
  for _, start in ipairs(starts) do
    if text:sub(1, #start) == start then return text:sub(#start + 1) end
  end
end

-- What follows the digits before the decimal point: ".50 ± 0.02", " ms", ""; nil if the text is no number.
local function tail(text)
  if text == '' or MISSING[text] then return '' end
  local bracket, rest = text:match '^[%[(]' ~= nil, text
  while rest and not rest:match '^%.?%d' do rest = without_start(rest, SIGNS) end
  if not rest then return nil end
  rest = rest:gsub('^%d+', '')
  local group = without_start(rest, GROUPS)
  while group and group:match '^%d%d%d%f[%D]' do
    rest = group:sub(4)
    group = without_start(rest, GROUPS)
  end
  local after = rest:gsub('^[.,]%d+', ''):gsub('^e[+-]?%d+', '')
  -- "3a", "3.13.0", "2026-09-01", "10:30", "1, 2" and "7 chapters in all" are no numbers.
  if after:match '^[%a.:/-]' or (after:match '^,' and not bracket) or after:match '%a%a%a%a%a%a' then return nil end
  return rest
end

local function rows_of(tbl)
  local rows = pandoc.List {}
  for _, body in ipairs(tbl.bodies) do rows:extend(body.body) end
  return rows
end

local function text_of(cell)
  return (pandoc.utils.stringify(cell.contents):gsub('^%s+', ''):gsub('%s+$', ''))
end

-- The texts and the tails of a column; no tails if a cell is no number, or none has one.
local function column_of(rows, column)
  local texts, tails, filled = pandoc.List {}, pandoc.List {}, false
  for _, row in ipairs(rows) do
    local text = row.cells[column] and text_of(row.cells[column]) or ''
    local rest = tail(text)
    texts:insert(text)
    if tails then tails = rest and tails .. { rest } end
    filled = filled or text:match '%d' ~= nil
  end
  return texts, filled and tails or nil
end

-- How often each character stands in a text. All digits are of the same width, so they count as noughts; a space
-- at the end of a cell must not be lost.
local function characters(text)
  local counts, order = {}, pandoc.List {}
  for _, code in utf8.codes(text:gsub('%d', '0'):gsub(' ', '\u{a0}')) do
    local character = utf8.char(code)
    if not counts[character] then order:insert(character) end
    counts[character] = (counts[character] or 0) + 1
  end
  return counts, order
end

-- For each tail, the characters that make it as wide as all the others.
local function paddings(texts, tails)
  local widest, order = {}, pandoc.List {}
  for _, rest in ipairs(tails) do
    local counts, its_characters = characters(rest)
    for _, character in ipairs(its_characters) do
      if not widest[character] then order:insert(character) end
      widest[character] = math.max(widest[character] or 0, counts[character])
    end
  end
  return tails:map(function(rest, i)
    local counts = characters(rest)
    local missing = order:map(function(character)
      return character:rep(widest[character] - (counts[character] or 0))
    end)
    return texts[i] == '' and '' or table.concat(missing)
  end)
end

-- Room for characters that are not there: they are neither read out nor copied.
local function room(characters_)
  if FORMAT == 'typst' then
    return pandoc.RawInline('typst', ('#hide("%s")'):format(characters_:gsub('[\\"]', '\\%0')))
  end
  return pandoc.Span({}, pandoc.Attr('', { 'room' }, { room = characters_ }))
end

local function pad(cell, padding)
  cell.contents = cell.contents:walk { Space = function() return pandoc.Str '\u{a0}' end }
  local last = cell.contents[#cell.contents]
  if padding ~= '' and last and last.content then last.content:insert(room(padding)) end
end

-- Numbers stand to the right, text to the left, unless the author aligned the column.
local function align(tbl, rows)
  for column, spec in ipairs(tbl.colspecs) do
    local alignment = spec[1]
    local texts, tails = column_of(rows, column)
    if alignment == 'AlignDefault' then alignment = tails and 'AlignRight' or 'AlignLeft' end
    if tails and alignment == 'AlignRight' then
      for i, padding in ipairs(paddings(texts, tails)) do
        if rows[i].cells[column] then pad(rows[i].cells[column], padding) end
      end
    end
    -- Without a width: pandoc would give one only to tables whose source has long lines.
    tbl.colspecs[column] = { alignment }
  end
end

-- A first column whose cells all differ names the rows, unless a formula is all that a cell has: to software that
-- reads pages aloud it is no text.
local function names_rows(tbl, rows)
  local seen = {}
  for _, row in ipairs(rows) do
    local name, words = text_of(row.cells[1]), row.cells[1].contents:walk { Math = function() return {} end }
    if pandoc.utils.stringify(words):match '%S' == nil or seen[name] then return false end
    seen[name] = true
  end
  return #tbl.colspecs > 1 and #rows > 0
end

local function mark_headers(tbl, rows)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attributes.scope = 'col' end
  end
  if not names_rows(tbl, rows) then return end
  for _, body in ipairs(tbl.bodies) do
    body.row_head_columns = 1
    for _, row in ipairs(body.body) do row.cells[1].attributes.scope = 'row' end
  end
end

-- The PDF. What a page takes: rows that stay together, characters in them, and characters beside each other.
local LONG, FULL, LINE, GAP = 20, 2000, 86, 3

local function longest_word(text)
  local longest = 0
  for word in text:gmatch '[^ ]+' do longest = math.max(longest, utf8.len(word)) end
  return longest
end

-- How many characters a line must take for no word to break.
local function least_width(tbl, rows)
  local width = 0
  for column = 1, #tbl.colspecs do
    local longest = 0
    for _, row in ipairs(tbl.head.rows .. rows) do
      if row.cells[column] then longest = math.max(longest, longest_word(text_of(row.cells[column]))) end
    end
    width = width + longest + GAP
  end
  return width
end

local function in_call(name, blocks)
  return pandoc.Blocks { pandoc.RawBlock('typst', '#' .. name .. '[') } .. blocks .. { pandoc.RawBlock('typst', ']') }
end

-- Where a table breaks, the template repeats its head; its caption is then the first row of that.
local function with_caption_in_head(tbl)
  local again = pandoc.Plain { pandoc.RawInline('typst', '#caption-again()') }
  tbl.head.rows:insert(1, pandoc.Row { pandoc.Cell({ again }, 'AlignLeft', 1, #tbl.colspecs) })
  return tbl
end

local function typst_table(tbl, rows)
  local blocks, width = pandoc.Blocks { tbl }, least_width(tbl, rows)
  if #rows > LONG or #pandoc.utils.stringify(tbl) > FULL then
    local captioned = #tbl.caption.long > 0 and #tbl.head.rows > 0
    if captioned then tbl = with_caption_in_head(tbl) end
    blocks = in_call(captioned and 'long-captioned-table' or 'long-table', pandoc.Blocks { tbl })
  end
  if width > LINE then blocks = in_call(('wide-table(%.3f)'):format(LINE / width), blocks) end
  return blocks
end

function Table(tbl)
  local rows = rows_of(tbl)
  align(tbl, rows)
  mark_headers(tbl, rows)
  if FORMAT == 'typst' then return typst_table(tbl, rows) end
  return tbl
end
