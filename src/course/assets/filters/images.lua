-- Images: the alternative text, and the path: the author's is relative to the chapter or, with a slash in front,
-- to the book; a page needs the one, the PDF the other.

local function alternative_text(image)
  image.attributes.alt = image.attributes['fig-alt'] or image.attributes.alt
  image.attributes['fig-alt'] = nil
  return image
end

local function quoted(text)
  return '"' .. text:gsub('[\\"]', '\\%0') .. '"'
end

local function is_local(image)
  return not image.src:match '^%a[%w+.-]*:'
end

local function html_image(image, folder)
  if is_local(image) and image.src:sub(1, 1) == '/' then
    local depth = folder == '.' and 0 or select(2, folder:gsub('[^/]+', ''))
    image.src = ('../'):rep(depth) .. image.src:sub(2)
  end
  return image
end

-- pandoc's typst writer drops the alternative text, so the call is written here.
local function typst_image(image, folder)
  local source = image.src
  if is_local(image) and source:sub(1, 1) ~= '/' then
    source = pandoc.path.normalize('/' .. (folder == '.' and '' or folder .. '/') .. source)
  end
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  local width = image.attributes.width and ', width: ' .. image.attributes.width or ''
  return pandoc.RawInline('typst', ('#image(%s, alt: %s%s)'):format(quoted(source), quoted(alt), width))
end

function Pandoc(document)
  document = document:walk { Image = alternative_text }
  document.blocks = document.blocks:map(function(chapter)
    local folder = pandoc.path.directory(chapter.attributes.page)
    local written = FORMAT == 'typst' and typst_image or html_image
    return chapter:walk { Image = function(image) return written(image, folder) end }
  end)
  return document
end
