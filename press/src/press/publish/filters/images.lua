-- Images: the alternative text, and the path: the author's is relative to the chapter or, with a slash in front,
-- to the book; a page needs the one, the PDF the other.

-- A formula in words, as a screen reader can speak it: "τ̂²".
local function in_words(math)
  return pandoc.Str((pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, 'plain'):gsub('%s+$', '')))
end

-- An alternative text is plain, but for its formulas.
local function spoken(text)
  return (text:gsub('%$([^%s$][^$]*)%$', function(tex)
    if tex:match '%s$' then return nil end
    return in_words(pandoc.Math('InlineMath', tex)).text
  end))
end

local function alternative_text(image)
  local alt = image.attributes['fig-alt'] or image.attributes.alt
  image.attributes.alt = alt and spoken(alt) or pandoc.utils.stringify(image.caption:walk { Math = in_words })
  image.attributes['fig-alt'] = nil
  return image
end

local function quoted(text)
  return '"' .. text:gsub('[\\"]', '\\%0') .. '"'
end

local function is_local(image)
  return not image.src:match '^%a[%w+.-]*:'
end

-- The name of the file that an address names: `a%20b.svg` is `a b.svg`.
local function file_name(address)
  return (address:gsub('%%(%x%x)', function(code) return string.char(tonumber(code, 16)) end))
end

-- An SVG says its size in the first tag. pandoc reads the whole drawing for it, which takes long.
local function without_drawing(picture)
  local tag = picture:sub(1, 2000):match '^.-<svg[^>]*[^>/]>'
  return tag and tag .. '</svg>' or picture
end

local function size_of(path)
  local file = io.open(path, 'rb')
  if not file then return nil end
  local picture = file:read 'a'
  file:close()
  local read, size = pcall(pandoc.image.size, without_drawing(picture))
  if not read then read, size = pcall(pandoc.image.size, picture) end
  return read and size or nil
end

-- The browser keeps the place of a picture that says its size: nothing moves when it comes.
local function sized(image, path)
  local size = size_of(path)
  if not size then return end
  if image.attributes.width or image.attributes.height then
    image.attributes.style = ('aspect-ratio: %d / %d'):format(size.width, size.height)
  else
    image.attributes.width, image.attributes.height = tostring(size.width), tostring(size.height)
  end
end

local function html_image(image, folder)
  if not is_local(image) then return image end
  local absolute = image.src:sub(1, 1) == '/'
  local inside = absolute and image.src:sub(2) or pandoc.path.join { folder, image.src }
  sized(image, file_name(inside))
  if image.attributes.narrow then
    local size = size_of(pandoc.path.join { folder, image.attributes.narrow })
    image.attributes['narrow-width'] = tostring(size.width)
    image.attributes['narrow-height'] = tostring(size.height)
  end
  if absolute then
    local depth = folder == '.' and 0 or select(2, folder:gsub('[^/]+', ''))
    image.src = ('../'):rep(depth) .. image.src:sub(2)
  end
  return image
end

-- An EPUB brings its pictures along; pandoc finds them from the book's folder.
local function epub_image(image, folder)
  local absolute = image.src:sub(1, 1) == '/'
  image.src = file_name(absolute and image.src:sub(2) or pandoc.path.normalize(pandoc.path.join { folder, image.src }))
  image.attributes.narrow = nil
  return image
end

-- A length as typst writes it: pixels, with or without their unit, are points there, 96 of them an inch.
local function typst_length(length)
  local number, unit = length:match '^([%d.]+)(%a*%%?)$'
  if unit == 'px' or unit == '' then return ('%gpt'):format(tonumber(number) * 0.75) end
  return length
end

-- pandoc's typst writer drops the alternative text, so the call is written here.
local function typst_image(image, folder)
  local source = image.src
  if is_local(image) and source:sub(1, 1) ~= '/' then
    source = pandoc.path.normalize('/' .. (folder == '.' and '' or folder .. '/') .. source)
  end
  if is_local(image) then source = file_name(source) end
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  local size = ''
  for _, side in ipairs { 'width', 'height' } do
    if image.attributes[side] then size = size .. (', %s: %s'):format(side, typst_length(image.attributes[side])) end
  end
  return pandoc.RawInline('typst', ('#image(%s, alt: %s%s)'):format(quoted(source), quoted(alt), size))
end

function Pandoc(document)
  document.blocks = document.blocks:map(function(chapter)
    local folder = pandoc.path.directory(chapter.attributes.page)
    local written = FORMAT == 'typst' and typst_image or FORMAT == 'epub3' and epub_image or html_image
    return chapter:walk { Image = function(image) return written(alternative_text(image), folder) end }
  end)
  return document
end
