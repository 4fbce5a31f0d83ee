### Words of the settings.

settings-appearance = Language and look
settings-language = Language
settings-language-system = As the system
settings-language-en = English
settings-language-zh = 简体中文
settings-theme = Theme
settings-theme-system = As the system
settings-theme-light = Light
settings-theme-dark = Dark
settings-theme-contrast = High contrast
settings-compact = Compact rows
settings-compact-hint = More incidents and lines on one screen.
settings-single-keys = Single-letter keys
settings-single-keys-hint = J, K, E, F and ? outside of text fields.
settings-autostart = Start with the computer
settings-autostart-hint = In the tray, so that a page finds you.
settings-sound = Siren
settings-sound-hint = Sounds when you are paged, and for nothing else.
settings-shortcut = Shortcut that declares from anywhere
settings-shortcut-hint = For example CommandOrControl+Shift+D; empty for none.
settings-shortcut-cannot = This desktop gives programs no global shortcut.
settings-line-shortcut = Shortcut that writes a line from anywhere
settings-line-shortcut-hint = For example CommandOrControl+Shift+L; empty for none. The line gets the time of the key press.

settings-ringing = Can you be paged?
settings-ringing-hint = A test page goes the whole way to this computer. Answer it, and you know.
settings-test-sound = Play the siren
capability-notifications = Notifications
capability-notification-actions = Buttons on notifications
capability-sound = Sound
capability-always-on-top = Page window above other windows
capability-global-shortcut = Global shortcut
capability-tray = Tray icon
capability-keychain = Keychain for your session
capability-works = works
capability-missing = not available here
capability-unsaid = this system does not say it

settings-account = You
settings-computer = This computer
settings-solo = Only on this computer
settings-sample = Filled with sample data
settings-sign-out = Sign out

settings-about = About
settings-version = Firebell { $version }
settings-time-zones = Time-zone rules are built into the program and are as old as it is. Update Firebell when a country changes its clocks.
