-- A text cut to a number of characters, between two words or at least between two characters as a reader sees them.
-- Not a filter: website.lua loads it.

local JOINER = 0x200D -- makes one sign of two, as of a man and a laptop
-- What belongs to the character before it: accents, signs that choose a form, tones of skin.
local JOINED = {
  { 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD }, { 0x064B, 0x065F }, { 0x093A, 0x094F },
  { 0x0E31, 0x0E4E }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { JOINER, JOINER }, { 0x20D0, 0x20FF },
  { 0x3099, 0x309A }, { 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0x1F3FB, 0x1F3FF },
  { 0xE0020, 0xE01EF },
}

local function is_half_a_flag(code)
  return 0x1F1E6 <= code and code <= 0x1F1FF
end

local function joined(before, code)
  if before == JOINER or is_half_a_flag(before) and is_half_a_flag(code) then return true end
  for _, range in ipairs(JOINED) do
    if range[1] <= code and code <= range[2] then return true end
  end
  return false
end

return function(text, length)
  local characters = {}
  for _, code in utf8.codes(text) do characters[#characters + 1] = code end
  if #characters <= length then return text end
  local last = length
  while last > 1 and joined(characters[last], characters[last + 1]) do last = last - 1 end
  local start = utf8.char(table.unpack(characters, 1, last))
  return start:gsub(' +[^ ]*$', '') .. ' …'
end
