"""Forms, one module each kind of thing: a module here may offer `MODALS` and `MENUS`."""
