"""From a page of Dodo's site to a menu: polite requests, layouts, photos, recipes."""
