-- In one step, what `bot/queue/buckets.py` says. KEYS are buckets; each is instants: paid, its three lines, and after
-- them, by three, until when room is held, under which name and for how many. ARGV[1] is the horizon, ARGV[2] how long
-- room is held, ARGV[3] under which name, and from there on are orders: 'book', line, waited, how many buckets, and for
-- each of them its place in KEYS, its period, and how many it may join; 'free', bucket, period, name; 'close', bucket,
-- period, wait. Spans are microseconds. Answers how long each that is booked has to wait, 0 when room is held for it.
-- What is held under that name already was booked by the same call, whose answer was lost: it is taken back.
local time = redis.call('TIME')
local now, horizon = time[1] * 1000000 + time[2], tonumber(ARGV[1])
local held_until, name = now + tonumber(ARGV[2]), tonumber(ARGV[3])
local FIRST, HELD = 2, 5
local buckets, longest, answers, i = {}, {}, {}, 4

local function take()
  i = i + 1
  return tonumber(ARGV[i - 1])
end

local function bucket_of(place, period)
  longest[place] = math.max(longest[place], period)
  return buckets[place]
end

local function pay(bucket, period, at)
  bucket[1] = math.max(bucket[1], at) + period
end

local function drop(bucket, n)
  for _ = 1, 3 do table.remove(bucket, n) end
end

local function let_go(bucket, period)
  local n = HELD
  while bucket[n] do
    if bucket[n] <= now then
      for _ = 1, bucket[n + 2] do pay(bucket, period, bucket[n]) end
      drop(bucket, n)
    else
      n = n + 3
    end
  end
end

local function take_back(bucket)
  for n = #bucket - 2, HELD, -3 do
    if bucket[n + 1] == name then drop(bucket, n) end
  end
end

local function on_their_way(bucket)
  local count = 0
  for n = HELD, #bucket, 3 do count = count + bucket[n + 2] end
  return count
end

local function hold(bucket)
  local last = #bucket - 2
  if last >= HELD and bucket[last + 1] == name then
    bucket[last + 2] = bucket[last + 2] + 1
  else
    for _, each in ipairs({held_until, name, 1}) do bucket[#bucket + 1] = each end
  end
end

local function free(bucket, period, freed)
  let_go(bucket, period)
  for n = HELD, #bucket, 3 do
    if bucket[n + 1] == freed then
      bucket[n + 2] = bucket[n + 2] - 1
      if bucket[n + 2] == 0 then drop(bucket, n) end
      break
    end
  end
  pay(bucket, period, now)
end

local function close(bucket, period, wait)
  bucket[1] = math.max(bucket[1], now + wait)
end

local function book(line, waited, count)
  local needed, start = {}, now
  for n = 1, count do
    local place, period, beside = take(), take(), take()
    local bucket = bucket_of(place, period)
    let_go(bucket, period)
    local ready = math.max(bucket[1], now) + (on_their_way(bucket) - beside) * period
    if waited == 0 then ready = math.max(ready, bucket[2 + line]) end
    if line < FIRST then ready = math.max(ready, bucket[2 + FIRST]) end
    needed[n] = {bucket, period, ready}
    start = math.max(start, ready)
  end
  for _, each in ipairs(needed) do
    local bucket, period, ready = each[1], each[2], each[3]
    if start == now then
      hold(bucket)
    elseif ready > now and start - now <= horizon and (waited == 0 or line == FIRST) then
      bucket[2 + line] = math.max(bucket[2 + line], ready + period)
    end
  end
  answers[#answers + 1] = start - now
end

for place, key in ipairs(KEYS) do
  local bucket = {}
  for number in string.gmatch(redis.call('GET', key) or '0 0 0 0', '%d+') do bucket[#bucket + 1] = tonumber(number) end
  take_back(bucket)
  buckets[place], longest[place] = bucket, 0
end
while i <= #ARGV do
  i = i + 1
  local order = ARGV[i - 1]
  if order == 'book' then
    book(take(), take(), take())
  else
    local place, period, span = take(), take(), take()
    local obey = order == 'free' and free or close
    obey(bucket_of(place, period), period, span)
  end
end
for place, key in ipairs(KEYS) do
  local bucket = buckets[place]
  local full_at = math.max(bucket[1], bucket[2], bucket[3], bucket[4], bucket[#bucket - 2])
  local rest = math.ceil((full_at + on_their_way(bucket) * longest[place] - now) / 1000)
  if rest > 0 then
    for n, number in ipairs(bucket) do bucket[n] = string.format('%.0f', number) end
    redis.call('SET', key, table.concat(bucket, ' '), 'PX', rest + 1000)
  end
end
return answers
