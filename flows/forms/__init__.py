"""The forms: their dropdowns, fields and help texts, and the deployments that show them."""
