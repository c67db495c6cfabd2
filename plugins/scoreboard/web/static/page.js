// Comfort only: everything can be read and reached without this file.
"use strict";
