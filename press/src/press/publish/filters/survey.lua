-- A writer for pandoc: what the pages of other chapters need to know of a chapter, as JSON, page address -> survey.
-- It depends on nothing but the chapter: `#` stands for the chapter's number, which the book gives it.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local labels = dofile(pandoc.path.join { HERE, 'labels.lua' })
dofile(pandoc.path.join { HERE, 'math.lua' }) -- defines Math

local function keys(set)
  local list = pandoc.List {}
  for key in pairs(set) do list:insert(key) end
  list:sort()
  return list
end

-- Labels, links and citations, in the order of the text. A citation is found again by its section.
local function references(div)
  local referred, linked, cited = {}, {}, pandoc.List {}
  local section
  div:walk { traverse = 'topdown',
    Header = function(heading) section = heading.attributes.number end,
    Link = function(link)
      local id = link.target:match '^#(.+)$'
      if id then linked[id] = true end
    end,
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        if labels.kind_of(citation.id) then referred[citation.id] = true
        else cited:insert { key = citation.id, section = section } end
      end
    end,
  }
  return keys(referred), keys(linked), cited
end

local function images(div)
  local sources = pandoc.List {}
  div:walk { Image = function(image) sources:insert(image.src) end }
  return sources
end

-- Whether there is code of cells, or was before solutions were left out.
local function shows_code(div)
  local found = false
  div:walk {
    CodeBlock = function(code) found = found or code.classes:includes 'cell-code' end,
    Div = function(inner) found = found or inner.attributes.stubs ~= nil end,
  }
  return found
end

local WORDS, LINES = 200, 20 -- a minute; code takes as long as it is quickly followed

-- How many minutes a chapter takes, its boxes open; from ten on, in fives.
local function minutes(div)
  local words, lines = 0, 0
  div:walk {
    Str = function() words = words + 1 end,
    CodeBlock = function(code) lines = lines + 1 + select(2, code.text:gsub('\n', '')) end,
  }
  local found = math.max(1, math.floor(words / WORDS + lines / LINES + 0.5))
  return found <= 10 and found or 5 * math.floor(found / 5 + 0.5)
end

local function survey(div)
  local defined = {}
  local numbered, runs = labels.counts(div), shows_code(div)
  div = labels.number(div, numbered and '#' or nil, function(label, name, number)
    if defined[label] then error(('%s: label "%s" is used twice'):format(div.attributes.page, label), 0) end
    defined[label] = { name = name, number = number }
  end)
  local heading = labels.split_heading(div.content)
  local identifiers = labels.identifiers(div.content)
  local referred, linked, cited = references(div)
  local title = heading and pandoc.Blocks { pandoc.Plain(heading.content) }:walk { Math = Math }
  return {
    numbered = numbered, targets = defined, identifiers = keys(identifiers), references = referred, links = linked,
    citations = cited, images = images(div), lists_references = identifiers.refs or false,
    minutes = minutes(div), runs = runs,
    title = title and pandoc.write(pandoc.Pandoc(title), { format = 'html', extensions = {} }),
    plain_title = heading and pandoc.utils.stringify(heading.content),
  }
end

function Writer(document)
  local surveys = {}
  for _, div in ipairs(document.blocks) do surveys[div.attributes.page] = survey(div) end
  return pandoc.json.encode(surveys)
end
