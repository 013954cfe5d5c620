-- The list of references: addresses that break, the way back to the text, and its place in the book.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local labels = dofile(pandoc.path.join { HERE, 'labels.lua' })
local context = dofile(pandoc.path.join { HERE, 'context.lua' })

-- Long addresses break after a slash, so that the full stop behind them never stands alone on a line.
local function breakable(entry)
  return entry:walk { Link = function(link)
    link.content = link.content:walk { Str = function(str)
      local pieces = pandoc.Inlines {}
      for piece in str.text:gmatch '[^/]*/*' do
        if piece ~= '' then pieces:extend { pandoc.Str(piece), pandoc.RawInline('html', '<wbr/>') } end
      end
      pieces:remove()
      return pieces
    end }
    return link
  end }
end

-- An entry names the sections that cite it, and leads back to the very sentence.
local function way_back(entry)
  local places = context and context.citing_places[entry.identifier:gsub('^ref%-', '')]
  if not places then return entry end
  local words = pandoc.Inlines { pandoc.Str 'Cited in', pandoc.Space() }
  for i, place in ipairs(places) do
    if i > 1 then words:extend { pandoc.Str ',', pandoc.Space() } end
    local name = pandoc.utils.blocks_to_inlines(pandoc.read(place.name, 'html').blocks)
    words:insert(pandoc.Link(name, labels.relative(place.page, context.references_page) .. '#' .. place.identifier))
  end
  entry.content:insert(pandoc.Div({ pandoc.Plain(words) }, pandoc.Attr('', { 'cited-in' })))
  return entry
end

local function entry(div)
  if FORMAT == 'typst' or not div.classes:includes 'csl-entry' then return nil end
  return way_back(breakable(div))
end

-- citeproc puts the list of references where the author wrote `::: {#refs}`; where nobody did, it ends the last
-- chapter of the book, which may not be in this run.

local function place_list(document)
  local last = document.blocks[#document.blocks]
  if last.identifier ~= 'refs' then return nil end
  document.blocks:remove()
  local chapter = document.blocks[#document.blocks]
  if context and chapter.attributes.page ~= context.references_page then return document end
  chapter.content:insert(pandoc.Header(2, 'References', pandoc.Attr('references', { 'unnumbered' })))
  chapter.content:insert(last)
  return document
end

return { { Div = entry }, { Pandoc = place_list } }
