// All desks by their names: a page finds here the script for the data that it has.

import evidence from "./evidence.js";

export const DESKS = { evidence };
