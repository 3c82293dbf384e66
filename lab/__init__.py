"""Settings, run folders and sheets: knows neither menus nor Keras."""
