-- A writer for pandoc: chapters as a JSON object, page address -> Markdown with numbers, references and citations in
-- words, for programs that read.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local labels = dofile(pandoc.path.join { HERE, 'labels.lua' })
local context = dofile(pandoc.path.join { HERE, 'context.lua' })

local function paragraph(block)
  return block.t == 'Plain' and pandoc.Para(block.content) or block
end

-- Plain Markdown has neither figures nor captions: they become pictures and paragraphs.
local function plain(blocks)
  return blocks:walk {
    Div = function(div) return div.content end,
    Span = function(span) return span.content end,
    Link = function(link) return pandoc.Link(link.content, link.target) end,
    RawInline = function() return {} end,
    Image = function(image) return pandoc.Image(image.attributes.alt or image.caption, image.src) end,
    Figure = function(figure) return figure.content:map(paragraph) .. figure.caption.long:map(paragraph) end,
    Table = function(tbl)
      local caption = tbl.caption.long:map(paragraph)
      tbl.caption = { long = {} }
      return caption .. { tbl }
    end,
  }
end

local function numbered(blocks)
  return blocks:walk { Header = function(heading)
    if heading.attributes.number then
      heading.content:insert(1, pandoc.Str(heading.attributes.number))
      heading.content:insert(2, pandoc.Space())
    end
    return pandoc.Header(heading.level, heading.content)
  end }
end

function Writer(document)
  local pages = {}
  for _, div in ipairs(document.blocks) do
    local address = div.attributes.page
    local blocks = plain(numbered(labels.linked(address, div.content, context)))
    pages[address] = pandoc.write(pandoc.Pandoc(blocks), 'gfm-tex_math_gfm+tex_math_dollars', { wrap_text = 'none' })
  end
  return pandoc.json.encode(pages)
end
