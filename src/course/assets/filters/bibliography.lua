-- Long addresses break after a slash, so that the full stop behind them never stands alone on a line.
local function breakable(entry)
  if FORMAT == 'typst' or not entry.classes:includes 'csl-entry' then return nil end
  return entry:walk { Link = function(link)
    link.content = link.content:walk { Str = function(str)
      local pieces = pandoc.Inlines {}
      for piece in str.text:gmatch '[^/]*/*' do
        if piece ~= '' then pieces:extend { pandoc.Str(piece), pandoc.RawInline('html', '<wbr>') } end
      end
      pieces:remove()
      return pieces
    end }
    return link
  end }
end

-- citeproc puts the list of references where the author wrote `::: {#refs}`; where nobody did, it ends the last
-- chapter.

local function place_list(document)
  local last = document.blocks[#document.blocks]
  if last.identifier ~= 'refs' then return nil end
  document.blocks:remove()
  local chapter = document.blocks[#document.blocks]
  chapter.content:insert(pandoc.Header(2, 'References', pandoc.Attr('references', { 'unnumbered' })))
  chapter.content:insert(last)
  return document
end

return { { Div = breakable }, { Pandoc = place_list } }
