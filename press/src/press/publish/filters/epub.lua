-- The EPUB: chapters follow each other without a box around each, headings show their numbers, and what is a page's
-- own business (a picture for narrow pages, the identifier of a citation's place) goes.

local parts = {} -- page -> title of the part that begins with it

local function numbered(heading)
  local number = heading.attributes.number
  if not number then return nil end
  heading.attributes.number = nil
  heading.content:insert(1, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr('', { 'section-number' })))
  heading.content:insert(2, pandoc.Space())
  return heading
end

-- pandoc finds where a link leads, in whichever file of the EPUB, by the identifiers of Divs, not of these.
local function in_div(element)
  local name = element.identifier
  if name == '' then return nil end
  element.identifier = ''
  return pandoc.Div({ element }, pandoc.Attr(name))
end

local function chapter(div)
  local blocks, page = div.content, div.attributes.page
  local first = blocks[1]
  if not (first and first.t == 'Header' and first.level == 1) then
    blocks:insert(1, pandoc.Header(1, 'Welcome', pandoc.Attr('', { 'unnumbered' })))
  end
  if parts[page] then
    blocks:insert(2, pandoc.Div({ pandoc.Plain(parts[page]) }, pandoc.Attr('', { 'part' })))
  end
  return blocks:walk { Header = numbered, Figure = in_div, Table = in_div }
end

return {
  { Meta = function(meta) parts = meta.parts or {} end },
  { Pandoc = function(document)
    local all = pandoc.Blocks {}
    for _, div in ipairs(document.blocks) do all:extend(chapter(div)) end
    document.blocks = all
    return document
  end },
}
