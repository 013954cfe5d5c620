-- A writer for pandoc: chapters as a JSON object, page address -> its HTML and its description. Every chapter (see
-- book.lua) is a page; links go to whichever page holds their target, as the context (see context.lua) has it.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local ASSETS = pandoc.path.join { HERE, '..', 'site' }
local labels = dofile(pandoc.path.join { HERE, 'labels.lua' })
local shortened = dofile(pandoc.path.join { HERE, 'shortened.lua' })
local context = dofile(pandoc.path.join { HERE, 'context.lua' })
local ESCAPES = { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }

local function escaped(words)
  return (words:gsub('[&<>"]', ESCAPES))
end

-- What an element says, as the template wants it.
local function text(element)
  return escaped(pandoc.utils.stringify(element))
end

local function read_asset(name)
  local file = assert(io.open(pandoc.path.join { ASSETS, name }, 'rb'))
  local content = file:read 'a'
  file:close()
  return content
end

local function number_span(number)
  return pandoc.Span({ pandoc.Str(number) }, pandoc.Attr('', { 'section-number' }))
end

local function number_headings(blocks)
  return blocks:walk { Header = function(heading)
    if heading.attributes.number then
      heading.content:insert(1, number_span(heading.attributes.number))
      heading.content:insert(2, pandoc.Space())
      heading.attributes.number = nil
    end
    return heading
  end }
end

-- Beside the heading, not in it: who lists or hears the headings hears their words alone.
local function with_anchors(blocks)
  return blocks:walk { Header = function(heading)
    if heading.identifier == '' then return nil end
    local label = 'Link to ' .. pandoc.utils.stringify(heading.content)
    local attributes = pandoc.Attr('', { 'anchor' }, { ['aria-label'] = label })
    local link = pandoc.Link({}, '#' .. heading.identifier, '', attributes)
    -- pandoc would make a section of a Div that begins with its heading.
    return pandoc.Div({ pandoc.Plain { link }, heading }, pandoc.Attr('', { 'heading' }))
  end }
end

local function box(block, class)
  return pandoc.Div({ block }, pandoc.Attr('', { class }))
end

local function is_image(block)
  return (block.t == 'Plain' or block.t == 'Para') and #block.content == 1 and block.content[1].t == 'Image'
end

local function boxed_images(blocks)
  return blocks:map(function(block)
    return is_image(block) and box(pandoc.Plain(block.content), 'picture') or block
  end)
end

-- Names in code may break in a narrow column, but not in the middle of a word.
local function breaking_code(tbl)
  return tbl:walk { Code = function(code)
    local parts = escaped(code.text):gsub('([_.(%[]+)(%a)', '%1<wbr>%2')
    return pandoc.RawInline('html', '<code>' .. parts .. '</code>')
  end }
end

-- Tables and figures that are wider than the page scroll in a box of their own; their captions do not.
local function boxed(blocks)
  return blocks:walk { traverse = 'topdown',
    Table = function(tbl) return box(breaking_code(tbl), 'table'), false end,
    Figure = function(figure)
      figure.content = boxed_images(figure.content)
      return figure
    end,
    Div = function(div)
      if not div.classes:includes 'cell-output-figure' then return nil end
      div.content = boxed_images(div.content)
      return div
    end,
  }
end

-- Pictures further down are fetched when the reader comes near; they have their size, so nothing moves.
local function lazy_after_the_first(blocks)
  local seen = false
  return blocks:walk { traverse = 'topdown', Image = function(image)
    if seen then image.attributes.loading = 'lazy' end
    seen = true
    return image
  end }
end

local NARROW = 'screen and (max-width: 40rem)' -- where text of a figure as wide as the page is too small to read

-- A figure with a version for narrow pages leaves the choice to the browser.
local function for_any_width(blocks)
  return blocks:walk { Image = function(image)
    local of = image.attributes
    if not of.narrow then return nil end
    local source = ('<picture><source media="%s" srcset="%s" width="%s" height="%s">'):format(
      NARROW, escaped(of.narrow), of['narrow-width'], of['narrow-height'])
    of.narrow, of['narrow-width'], of['narrow-height'] = nil, nil, nil
    return { pandoc.RawInline('html', source), image, pandoc.RawInline('html', '</picture>') }
  end }
end

-- The numbers of a figure with which readers can play: text that no page shows, for the scripts that the figure names.
-- Returns the blocks, and the scripts of all figures in their order.
local function with_numbers(blocks)
  local scripts = pandoc.List {}
  local function numbers(block)
    if not block.classes:includes 'numbers' or not block.attributes.plays then return nil end
    for name in block.attributes.plays:gmatch '%S+' do
      if not scripts:includes(name) then scripts:insert(name) end
    end
    return pandoc.RawBlock('html', ('<template class="numbers" data-plays="%s">%s</template>'):format(
      escaped(block.attributes.plays), escaped(block.text)))
  end
  return blocks:walk { CodeBlock = numbers }, scripts
end

local function html(blocks, options)
  return pandoc.write(pandoc.Pandoc(blocks), { format = 'html', extensions = {} }, options)
end

local DESCRIPTION = 200 -- characters of the opening that describe a page where its author did not

-- A formula is MathML by now, with its TeX in it.
local function formula_in_words(raw)
  local tex = raw.text:match '<annotation[^>]*>(.-)</annotation>'
  return tex and pandoc.Str(tex) or nil
end

local function opening(blocks)
  for _, block in ipairs(blocks) do
    if block.t == 'Para' then
      local spoken = block:walk { Note = function() return {} end, RawInline = formula_in_words }
      return shortened(pandoc.utils.stringify(spoken):gsub('%s+', ' '), DESCRIPTION)
    end
  end
end

-- JSON's numbers come without knowing that they are whole.
local function minutes_of(page)
  return page.minutes and ('%d'):format(page.minutes)
end

-- What the template needs of a page; `position` is its place in the book, nil for the page of wrong addresses.
local function variables(address, position, description, meta)
  local page = context.pages[address] or { title = 'Page not found', plain_title = 'Page not found', links = {} }
  -- Who asks for a wrong address may be in any folder.
  local root = position and '' or context.site.folder
  local to_root = root .. labels.relative('index.html', address):gsub('index%.html$', '')
  local function entry(other)
    if not other then return nil end
    local its = context.pages[other]
    return {
      title = its.title or 'Welcome', number = its.number, part = its.part and escaped(its.part),
      url = root .. labels.relative(other, address), current = other == address, apart = not its.within,
      minutes = minutes_of(its),
    }
  end
  local list = pandoc.List {}
  for _, other in ipairs(context.order) do list:insert(entry(other)) end
  local links, site = page.links, context.site
  local unwrapped = pandoc.WriterOptions { wrap_text = 'none' }
  local footer = text(meta.footer) ~= '' and html({ pandoc.Plain(meta.footer) }, unwrapped) or nil
  local title = page.plain_title and escaped(page.plain_title)
  local offered = site.downloads
  local data = pandoc.List(offered.data):map(function(name)
    return { url = to_root .. pandoc.path.join { name }, name = escaped(pandoc.path.filename(name)) }
  end)
  return {
    book = text(meta.title), booksubtitle = text(meta.subtitle), author = text(meta.author), footer = footer,
    lang = text(meta.lang),
    pdf = text(meta.pdf), epub = text(meta.epub) ~= '' and text(meta.epub) or nil, root = to_root, pages = list,
    previous = position and entry(context.order[position - 1]),
    next = position and entry(context.order[position + 1]),
    title = page.title or 'Welcome', pagetitle = title, number = page.number, description = escaped(description),
    landing = address == 'index.html', part = page.within and escaped(page.within),
    canonical = links.canonical, edit = links.edit, issue = links.issue and escaped(links.issue),
    source = links.source, work = links.work, solved = links.solved, minutes = minutes_of(page),
    repository = offered.repository, notebooks = to_root .. offered.notebooks,
    wheel = offered.wheel and to_root .. offered.wheel, data = #data > 0 and data or nil,
    cited = offered.cited and { text = offered.cited.text, bibtex = escaped(offered.cited.bibtex) },
    card = (site.card:match '^https?:' and '' or to_root) .. site.card, version = site.version, date = site.date,
  }
end

local function position_of(address)
  for i, other in ipairs(context.order) do if other == address then return i end end
end

local function html_page(div, meta, template, options)
  local address = div.attributes.page
  local heading, rest = labels.split_heading(div.content)
  local position = position_of(address)
  if not heading and position > 1 then error(address .. ': the chapter has no level-1 heading', 0) end
  local blocks = number_headings(labels.linked(address, rest, context))
  local contents = pandoc.structure.table_of_contents(blocks, { toc_depth = 3 })
  -- The page has its contents twice, so they have no identifiers.
  contents = contents:walk { Link = function(link) return pandoc.Link(link.content, link.target) end }
  local title = heading and pandoc.utils.stringify(heading.content) or 'Welcome'
  local description = div.attributes.description or opening(rest)
    or ('%s – %s: %s'):format(title, pandoc.utils.stringify(meta.title), pandoc.utils.stringify(meta.subtitle))
  local values = variables(address, position, description, meta)
  values.contents = #contents.content > 0 and html({ contents }, options) or nil
  values.identifier = heading and heading.identifier
  values.subtitle = div.attributes.subtitle and escaped(div.attributes.subtitle)
  local played, scripts = with_numbers(blocks)
  values.body = html(for_any_width(boxed(lazy_after_the_first(with_anchors(played)))), options)
  if #scripts > 0 then values.scripts = scripts:map(function(name) return values.root .. name end) end
  values.formulas = values.body:find('<math', 1, true) ~= nil
  values.solutions = values.body:find('<details class="callout callout-tip"', 1, true) ~= nil
  return { html = pandoc.layout.render(pandoc.template.apply(template, values)) .. '\n', description = description }
end

local NOT_FOUND = '<p>There is no page at this address. The chapters and the search are beside this text; or '
  .. '<a href="%sindex.html">begin at the beginning</a>.</p>'

local function page_not_found(meta, template)
  local description = 'There is no page at this address.'
  local values = variables('404.html', nil, description, meta)
  if meta['not-found-hash'] then
    values.script = read_asset('not-found.js'):gsub('%s+$', '') -- the template would drop it
    values.script_hash = pandoc.utils.stringify(meta['not-found-hash'])
  end
  values.body = NOT_FOUND:format(values.root)
  return { html = pandoc.layout.render(pandoc.template.apply(template, values)) .. '\n', description = description }
end

function Writer(document, options)
  local template = pandoc.template.compile(read_asset 'page.html')
  local pages = { ['404.html'] = page_not_found(document.meta, template) }
  for _, div in ipairs(document.blocks) do
    pages[div.attributes.page] = html_page(div, document.meta, template, options)
  end
  return pandoc.json.encode(pages)
end
