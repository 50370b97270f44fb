// Where an installed app starts once the link that it was registered by has ended.
"use strict";

import { goOn } from "./last_page.js";

goOn();
