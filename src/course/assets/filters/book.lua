-- A reader for pandoc: many Markdown files in, one document out. Every chapter is parsed on its own, so that
-- two chapters may use the same footnote label, and becomes one Div with the class `chapter`.

-- Links to local files are written relative to the chapter; in the PDF everything is relative to the book.
local function rebase(blocks, folder)
  if folder == '.' then return blocks end
  return blocks:walk {
    Image = function(image)
      if not image.src:match '^%a+:' then image.src = pandoc.path.join { folder, image.src } end
      return image
    end,
  }
end

local function first_heading(blocks)
  for _, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 then return block end
  end
end

function Reader(inputs)
  local chapters = pandoc.Blocks {}
  for _, input in ipairs(inputs) do
    local name = input.name
    local chapter = pandoc.read(input.text, 'markdown')
    local stem = name:gsub('%.md$', '')
    local attributes = { page = stem .. '.html' }
    for _, key in ipairs { 'title', 'subtitle', 'description' } do
      if chapter.meta[key] then attributes[key] = pandoc.utils.stringify(chapter.meta[key]) end
    end
    local blocks = chapter.blocks
    if attributes.title and not first_heading(blocks) then
      blocks:insert(1, pandoc.Header(1, attributes.title, pandoc.Attr('', {})))
    end
    if FORMAT == 'typst' then blocks = rebase(blocks, pandoc.path.directory(name)) end
    chapters:insert(pandoc.Div(blocks, pandoc.Attr('', { 'chapter' }, attributes)))
  end
  return pandoc.Pandoc(chapters)
end
