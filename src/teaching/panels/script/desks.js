// All desks by their names: a page finds here the script for the data that it has.

export const DESKS = {};
