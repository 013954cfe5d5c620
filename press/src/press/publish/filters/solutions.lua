-- The PDF has its solutions at the end, by chapter and task. In the place of each a link leads there, and from there
-- one leads back. Numbers and references have been given before: they are those of the chapter.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local labels = dofile(pandoc.path.join { HERE, 'labels.lua' })

local count = 0

local function call(name, number, title)
  local opening = ('#%s(<solution:%d>, <solved:%d>)['):format(name, number, number)
  local words = pandoc.Inlines { pandoc.RawInline('typst', opening) } .. title .. { pandoc.RawInline('typst', ']') }
  return pandoc.Blocks { pandoc.Para(words) }
end

-- A heading once more: without its label and its footnotes, which there is only once, and with its number in words.
local function again(heading, level)
  local words = heading.content:walk { Note = function() return {} end }
  if heading.attributes.number then
    words = pandoc.Inlines { pandoc.Str(heading.attributes.number), pandoc.Space() } .. words
  end
  return pandoc.Header(level, words, pandoc.Attr('', { 'unnumbered' }))
end

-- Take the solutions out of a chapter; return the chapter, and what stands in their section at the end.
local function take(chapter)
  local title = labels.split_heading(chapter.content) or pandoc.Header(1, 'Welcome')
  local source = chapter.attributes.page:gsub('%.html$', '.qmd')
  local taken = pandoc.Blocks { pandoc.RawBlock('typst', '// ' .. source), again(title, 2) }
  local task, named
  chapter = chapter:walk { traverse = 'topdown',
    Header = function(heading) task = heading end,
    Div = function(div)
      if not div.classes:includes 'solution' then return nil end
      count = count + 1
      local words = div.content:remove(1).content
      if task and task.level > 1 and task ~= named then taken:insert(again(task, 3)) end
      named = task
      taken:extend(call('solution-title', count, words))
      taken:extend(div.content)
      return call('solution-link', count, words), false
    end,
  }
  return chapter, taken
end

function Pandoc(document)
  local all = pandoc.Blocks {}
  document.blocks = document.blocks:map(function(chapter)
    local before = count
    local left, taken = take(chapter)
    if count > before then all:extend(taken) end
    return left
  end)
  if count > 0 then
    all:insert(1, pandoc.Header(1, 'Solutions', pandoc.Attr('', { 'unnumbered' })))
    document.blocks:insert(pandoc.Div(all, pandoc.Attr('', {}, { page = 'solutions' })))
  end
  return document
end
