// The shortcodes that an on-call bot is likely to use; any other stays as it was written.

const TABLE = `
rotating_light 🚨|fire 🔥|warning ⚠️|bell 🔔|no_bell 🔕|mute 🔇|loudspeaker 📢|mega 📣|bangbang ‼️|exclamation ❗|question ❓
white_check_mark ✅|heavy_check_mark ✔️|x ❌|no_entry ⛔|no_entry_sign 🚫|o ⭕|ok 🆗|ballot_box_with_check ☑️|arrows_counterclockwise 🔄|repeat 🔁
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫
large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨|large_green_square 🟩|large_blue_square 🟦|white_large_square ⬜|black_large_square ⬛|red_square 🟥
eyes 👀|wave 👋|raised_hands 🙌|clap 👏|thumbsup 👍|+1 👍|thumbsdown 👎|-1 👎|pray 🙏|point_right 👉|point_left 👈|point_up ☝️|point_down 👇|muscle 💪|ok_hand 👌|handshake 🤝
tada 🎉|sparkles ✨|star ⭐|rocket 🚀|hammer_and_wrench 🛠️|wrench 🔧|gear ⚙️|hammer 🔨|mag 🔍|bulb 💡|lock 🔒|unlock 🔓|key 🔑|link 🔗|paperclip 📎|pushpin 📌|round_pushpin 📍|label 🏷️
phone ☎️|telephone_receiver 📞|iphone 📱|calling 📲|email 📧|envelope ✉️|incoming_envelope 📨|speech_balloon 💬|left_speech_bubble 🗨️|thought_balloon 💭|memo 📝|pencil 📝|pencil2 ✏️|page_facing_up 📄|clipboard 📋|bookmark 🔖|books 📚|scroll 📜|inbox_tray 📥|outbox_tray 📤
clock1 🕐|clock3 🕒|clock9 🕘|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|timer_clock ⏲️|calendar 📅|date 📅|spiral_calendar_pad 🗓️|zzz 💤|crescent_moon 🌙|sunny ☀️|sunrise 🌅|coffee ☕
bust_in_silhouette 👤|busts_in_silhouette 👥|technologist 🧑‍💻|fire_engine 🚒|ambulance 🚑|firefighter 🧑‍🚒|shield 🛡️|house 🏠|office 🏢|globe_with_meridians 🌐|computer 💻|desktop_computer 🖥️|package 📦|file_folder 📁|open_file_folder 📂|card_index_dividers 🗂️|wastebasket 🗑️
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|heartbeat 💓|heart ❤️|green_heart 💚|broken_heart 💔|skull 💀|ghost 👻|robot_face 🤖|evergreen_tree 🌲|deciduous_tree 🌳|seedling 🌱|zap ⚡|boom 💥|bomb 💣|snowflake ❄️|ocean 🌊|dash 💨
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_upper_right ↗️|leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️|fast_forward ⏩|rewind ⏪|pause_button ⏸️|double_vertical_bar ⏸️|arrow_forward ▶️|black_square_for_stop ⏹️|twisted_rightwards_arrows 🔀|heavy_plus_sign ➕|heavy_minus_sign ➖|information_source ℹ️|new 🆕|sos 🆘|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣
smile 😄|slightly_smiling_face 🙂|grinning 😀|joy 😂|thinking_face 🤔|sweat_smile 😅|cry 😢|scream 😱|sleeping 😴|sunglasses 😎|relieved 😌|face_with_thermometer 🤒|see_no_evil 🙈|bug 🐛|palm_tree 🌴|construction 🚧|vertical_traffic_light 🚦|checkered_flag 🏁|triangular_flag_on_post 🚩|ear 👂|studio_microphone 🎙️|headphones 🎧|arrow_heading_up ⤴️|moneybag 💰|credit_card 💳
`;

const EMOJI = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => entry.split(" ")),
);

export function emoji(name) {
  return EMOJI.get(name) ?? null;
}
