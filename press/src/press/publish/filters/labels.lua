-- What chapters refer to: the numbers of sections, figures, tables and equations, and the identifiers of a page.
-- Not a filter: crossref.lua, survey.lua and website.lua load it.

local NAMES = { fig = 'Figure', tbl = 'Table', eq = 'Equation', sec = 'Section' }

local labels = {}

function labels.kind_of(label)
  local kind = label:match '^(%a+)%-'
  return NAMES[kind] and kind
end

local function captioned(block, name, number)
  local label = pandoc.Span({ pandoc.Str(name .. '\u{a0}' .. number) }, pandoc.Attr('', { 'caption-label' }))
  local head = pandoc.Inlines { label }
  local caption = block.caption
  if #caption.long == 0 then caption.long = { pandoc.Plain {} } end
  if #caption.long[1].content > 0 then head:extend { pandoc.Str ':', pandoc.Space() } end
  caption.long[1].content = head .. caption.long[1].content
  block.caption = caption
  return block
end

-- Number one chapter; `chapter` is its own number, or nil where it has none. `define` is told of every label:
-- its name in references ('Figure') and its number ('1.2'; nil for headings without one). The marks of solutions
-- that this edition lacks go, unless they are to be kept.
function labels.number(div, chapter, define, keep_marks)
  local kind_of = labels.kind_of
  local sections = { chapter or 0, 0, 0, 0, 0, 0 }
  local counts = { fig = 0, tbl = 0, eq = 0 }

  local function next_number(label)
    local kind = kind_of(label)
    counts[kind] = counts[kind] + 1
    local number = (chapter and chapter .. '.' or '') .. counts[kind]
    define(label, NAMES[kind], number)
    return number
  end

  return div:walk {
    traverse = 'topdown',
    Header = function(heading)
      if not chapter or heading.classes:includes 'unnumbered' then
        if not heading.classes:includes 'unnumbered' then heading.classes:insert 'unnumbered' end
        if kind_of(heading.identifier) then define(heading.identifier, NAMES.sec, nil) end
        return heading
      end
      if heading.level > 1 then sections[heading.level] = sections[heading.level] + 1 end
      for level = heading.level + 1, 6 do sections[level] = 0 end
      heading.attributes.number = table.concat(sections, '.', 1, heading.level)
      if kind_of(heading.identifier) then
        define(heading.identifier, heading.level == 1 and 'Chapter' or NAMES.sec, heading.attributes.number)
      end
      return heading
    end,
    Figure = function(figure)
      if kind_of(figure.identifier) == 'fig' then
        return captioned(figure, NAMES.fig, next_number(figure.identifier)), false
      end
    end,
    Table = function(tbl)
      if kind_of(tbl.identifier) == 'tbl' then return captioned(tbl, NAMES.tbl, next_number(tbl.identifier)), false end
    end,
    Div = function(inner)
      if inner.classes:includes 'left-out' then -- the mark of a solution that this edition lacks
        for kind in pairs(counts) do counts[kind] = counts[kind] + tonumber(inner.attributes[kind] or 0) end
        return keep_marks and inner or {}, false
      end
      if inner.classes:includes 'equation' then
        inner.attributes.number = next_number(inner.identifier)
        return inner, false
      end
    end,
  }
end

-- The level-1 heading of a chapter, and the blocks without it.
function labels.split_heading(blocks)
  for i, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 then
      local rest = blocks:clone()
      return rest:remove(i), rest
    end
  end
  return nil, blocks
end

-- Chapters count from 1; a chapter whose title is unnumbered, or that has none, does not count.
function labels.counts(div)
  local heading = labels.split_heading(div.content)
  return heading ~= nil and not heading.classes:includes 'unnumbered' and div.attributes.page ~= 'index.html'
end

-- Every identifier in `blocks`, in a set.
function labels.identifiers(blocks)
  local found = {}
  local function note(element)
    if element.identifier ~= '' then found[element.identifier] = true end
  end
  blocks:walk {
    Header = note, Div = note, Figure = note, Table = note, CodeBlock = note,
    Span = note, Image = note, Link = note, Code = note,
  }
  return found
end

-- The address of a page as another page has to write it.
function labels.relative(target, from)
  local folder = pandoc.path.directory(from)
  return folder == '.' and target or pandoc.path.make_relative(target, folder, true)
end

-- Links to identifiers of other pages lead there.
function labels.linked(address, blocks, context)
  local on_this_page = labels.identifiers(blocks)
  return blocks:walk { Link = function(link)
    local id = link.target:match '^#(.+)$'
    if not id or on_this_page[id] then return nil end
    local page = context.page_of[id]
    if not page then error(('%s: nothing has the label "%s" that a link goes to'):format(address, id), 0) end
    link.target = (page == address and '' or labels.relative(page, address)) .. link.target
    return link
  end }
end

return labels
