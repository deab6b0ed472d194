//! Names and words that invoices and timesheets are made of. All invented.

/// Families that vendors are named after.
pub(crate) const FAMILIES: [&str; 32] = [
    "Abbott",
    "Becker",
    "Castellano",
    "Dörfler",
    "Eastwood",
    "Fairbanks",
    "Grönberg",
    "Hollis",
    "Ibarra",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Novak",
    "O'Connell",
    "Peréz",
    "Quincy",
    "Rossi",
    "Schäfer",
    "Tanaka",
    "Underwood",
    "Vandermeer",
    "Whitlock",
    "Xavier",
    "Yamada",
    "Zimmermann",
    "Bramhall",
    "Calloway",
    "Deveraux",
    "Ellingson",
    "Fontèyn",
    "Garrity",
];

/// What vendors do.
pub(crate) const TRADES: [&str; 24] = [
    "Office Supply",
    "Freight",
    "Printing",
    "Industrial Fasteners",
    "Catering",
    "Electrical",
    "Packaging",
    "Facility Services",
    "Medical Devices",
    "Logistics",
    "Plumbing",
    "Software",
    "Tools & Dies",
    "Laboratory Supply",
    "Paper",
    "Cleaning",
    "Uniforms",
    "Metalworks",
    "Bearings",
    "Lighting",
    "Security",
    "Chemicals",
    "Timber",
    "Optics",
];

/// What is invoiced.
pub(crate) const GOODS: [&str; 32] = [
    "Copy paper A4, 80 g, 5 reams",
    "Toner cartridge black",
    "Hex bolt M8 x 40, box of 100",
    "Pallet wrap 500 mm",
    "Courier service, zone 2",
    "Desk lamp LED",
    "Office chair, grey",
    "Café supplies, monthly",
    "Cable tie 200 mm",
    "Steel sheet 2 mm",
    "Nitrile gloves, size L",
    "Safety goggles",
    "Lunch catering, 20 persons",
    "Window cleaning",
    "Licence, one seat, one year",
    "Network switch 24 port",
    "Patch cable 3 m",
    "Ball bearing 6204",
    "Hydraulic oil 20 l",
    "Printer service call",
    "Translation, per page",
    "Timber 40 x 60",
    "Fuse 16 A",
    "LED panel 60 x 60",
    "Label roll 100 x 150",
    "Cardboard box, medium",
    "Hand soap 5 l",
    "Filter element",
    "Test tube rack",
    "Microscope slide, box",
    "Door closer",
    "Überstunden, pauschal",
];

/// Projects that time is booked on.
pub(crate) const PROJECTS: [&str; 16] = [
    "ADMIN",
    "CLAIMS-A",
    "CLAIMS-B",
    "INVOICES-1",
    "INVOICES-2",
    "ONBOARDING",
    "KYC-EU",
    "KYC-US",
    "QA-REVIEW",
    "TRAINING",
    "REWORK",
    "SCANNING",
    "MIGRATION",
    "HELPDESK",
    "PAYROLL",
    "AUDIT",
];

/// Tasks within a project.
pub(crate) const TASKS: [&str; 8] =
    ["keying", "verification", "scanning", "supervision", "rework", "training", "reporting", "quality check"];

/// Notes on a day.
pub(crate) const NOTES: [&str; 8] = [
    "covered for a colleague",
    "system slow until noon",
    "batch finished early",
    "café meeting with client",
    "training on new form",
    "second pass on rejects",
    "half day",
    "worked from the other site",
];

/// Diagnoses, as ICD-10-CM codes with their dot. All are codes of the public code set; what they mean does not matter here.
pub(crate) const DIAGNOSES: [&str; 32] = [
    "E11.9", "I10", "J45.40", "M54.50", "R51.9", "K21.9", "F41.1", "N39.0", "L40.0", "Z79.4", "U07.1", "C7A.00",
    "S72.001A", "V43.52XA", "M17.11", "H25.13", "J06.9", "R05.9", "E78.5", "F32.A", "G47.33", "I48.91", "N18.30",
    "Z00.00", "Z23", "B34.9", "D64.9", "O80", "P59.9", "Q21.10", "T78.40XA", "Y92.009",
];

/// Procedures: codes with the shape of CPT, of all three categories, and of HCPCS Level II.
pub(crate) const PROCEDURES: [&str; 20] = [
    "99202", "99213", "99214", "99283", "36415", "80053", "85025", "93000", "71046", "90471", "20610", "97110",
    "3008F", "1036F", "0042T", "J1885", "J3301", "A0428", "G0439", "E0601",
];
