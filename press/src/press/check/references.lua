-- A writer for pandoc: what the bibliographies say of each work, read as citeproc reads them for the pages; a JSON
-- list. `named` is whether anyone stands for an author, `dated` whether there is a date or what stands for one.

local NAMES = {
  'author', 'editor', 'translator', 'director', 'editorial-director', 'composer', 'illustrator', 'interviewer',
}

local function has_names(work)
  for _, role in ipairs(NAMES) do
    if work[role] and #work[role] > 0 then return true end
  end
  return false
end

local function is_date(date)
  if not date then return false end
  local first = (date['date-parts'] or {})[1]
  return first ~= nil and #first > 0 or (date.literal or date.raw or '') ~= ''
end

local function text(value)
  return value and pandoc.utils.stringify(value) or ''
end

function Writer(document)
  local works = pandoc.List {}
  for _, work in ipairs(pandoc.utils.references(document)) do
    works:insert {
      key = work.id, kind = work.type, title = text(work.title), publisher = text(work.publisher),
      named = has_names(work), dated = is_date(work.issued) or is_date(work.accessed) or text(work.status) ~= '',
      doi = text(work.doi), url = text(work.url),
    }
  end
  return pandoc.json.encode(works)
end
