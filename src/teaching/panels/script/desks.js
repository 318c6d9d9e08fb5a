// All desks by their names: a page finds here the script for the data that it has.

import benefits from "./benefits.js";
import clinic_desk from "./clinic_desk.js";
import decision from "./decision.js";
import deliberation from "./deliberation.js";
import evidence from "./evidence.js";
import trial_desk from "./trial_desk.js";

export const DESKS = { benefits, clinic_desk, decision, deliberation, evidence, trial_desk };
