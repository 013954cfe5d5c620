-- Numbers for chapters, sections, figures, tables and equations, and the references to them, across chapters.

local NAMES = { fig = 'Figure', tbl = 'Table', eq = 'Equation', sec = 'Section' }
local labels = {} -- label -> { name = 'Figure', number = '1.2', page = 'chapters/data.html' }

local function kind_of(label)
  local kind = label:match '^(%a+)%-'
  return NAMES[kind] and kind
end

local function define(label, name, number, page)
  if labels[label] then
    error(('%s: label "%s" is already used in %s'):format(page, label, labels[label].page), 0)
  end
  labels[label] = { name = name, number = number, page = page }
end

local function number_chapter(div, chapter)
  local page = div.attributes.page
  local sections = { chapter or 0, 0, 0, 0, 0, 0 }
  local counts = { fig = 0, tbl = 0, eq = 0 }

  local function next_number(label)
    local kind = kind_of(label)
    counts[kind] = counts[kind] + 1
    local number = (chapter and chapter .. '.' or '') .. counts[kind]
    define(label, NAMES[kind], number, page)
    return number
  end

  local function captioned(block, label)
    local head = pandoc.Inlines { pandoc.Span({ pandoc.Str(NAMES[kind_of(label)] .. '\u{a0}' .. next_number(label)) }, pandoc.Attr('', { 'caption-label' })) }
    local caption = block.caption
    if #caption.long == 0 then caption.long = { pandoc.Plain {} } end
    if #caption.long[1].content > 0 then head:extend { pandoc.Str ':', pandoc.Space() } end
    caption.long[1].content = head .. caption.long[1].content
    block.caption = caption
    return block
  end

  return div:walk {
    traverse = 'topdown',
    Header = function(heading)
      if not chapter or heading.classes:includes 'unnumbered' then
        if not heading.classes:includes 'unnumbered' then heading.classes:insert 'unnumbered' end
        if kind_of(heading.identifier) then define(heading.identifier, NAMES.sec, nil, page) end
        return heading
      end
      if heading.level > 1 then sections[heading.level] = sections[heading.level] + 1 end
      for level = heading.level + 1, 6 do sections[level] = 0 end
      heading.attributes.number = table.concat(sections, '.', 1, heading.level)
      if kind_of(heading.identifier) then
        define(heading.identifier, heading.level == 1 and 'Chapter' or NAMES.sec, heading.attributes.number, page)
      end
      return heading
    end,
    Figure = function(figure)
      if kind_of(figure.identifier) == 'fig' then return captioned(figure, figure.identifier), false end
    end,
    Table = function(tbl)
      if kind_of(tbl.identifier) == 'tbl' then return captioned(tbl, tbl.identifier), false end
    end,
    Div = function(inner)
      if inner.classes:includes 'equation' then
        inner.attributes.number = next_number(inner.identifier)
        return inner, false
      end
    end,
  }
end

-- Chapters count from 1; a chapter whose title is unnumbered, or that has none, does not count.
local function number_book(document)
  local count = 0
  document.blocks = document.blocks:map(function(div)
    local numbered = false
    for _, block in ipairs(div.content) do
      if block.t == 'Header' and block.level == 1 then
        numbered = not block.classes:includes 'unnumbered' and div.attributes.page ~= 'index.html'
        break
      end
    end
    if numbered then count = count + 1 end
    return number_chapter(div, numbered and count or nil)
  end)
  return document
end

local function reference(citation, page)
  local target = labels[citation.id]
  if not target then error(('%s: nothing has the label "%s" that @%s refers to'):format(page, citation.id, citation.id), 0) end
  if not target.number then error(('%s: @%s refers to an unnumbered heading; write a link instead'):format(page, citation.id), 0) end
  local text = pandoc.Inlines {}
  if #citation.prefix > 0 then
    text:extend(citation.prefix)
    text:insert(pandoc.Str '\u{a0}')
  elseif citation.mode ~= 'SuppressAuthor' then
    text:insert(pandoc.Str(target.name .. '\u{a0}'))
  end
  text:insert(pandoc.Str(target.number))
  return pandoc.Link(text, '#' .. citation.id, '', pandoc.Attr('', { 'cross-reference' }))
end

-- One bracket may hold references and citations; the latter stay for citeproc.
local function resolve(cite, page)
  if not cite.citations:find_if(function(citation) return kind_of(citation.id) end) then return nil end
  local parts = pandoc.List {}
  for _, citation in ipairs(cite.citations) do
    if kind_of(citation.id) then
      parts:insert(pandoc.Inlines { reference(citation, page) } .. citation.suffix)
    else
      parts:insert(pandoc.Inlines { pandoc.Cite({ pandoc.Str('@' .. citation.id) }, { citation }) })
    end
  end
  local inlines = parts:remove(1)
  for _, part in ipairs(parts) do inlines:extend(pandoc.Inlines { pandoc.Str ',', pandoc.Space() } .. part) end
  return inlines
end

function Pandoc(document)
  document = number_book(document)
  document.blocks = document.blocks:map(function(div)
    return div:walk { Cite = function(cite) return resolve(cite, div.attributes.page) end }
  end)
  return document
end
