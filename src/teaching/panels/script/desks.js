// All desks by their names: a page finds here the script for the data that it has.

import clinic_desk from "./clinic_desk.js";
import evidence from "./evidence.js";
import trial_desk from "./trial_desk.js";

export const DESKS = { clinic_desk, evidence, trial_desk };
