"""The pages of the console, one module a concern; `staff.site` names their addresses."""
