### Pictures and other files of timeline entries.

files-attach = Add files
files-attach-hint = Add files, or paste a picture, or drop files here
files-attached = Files that go with this line
files-of-line = Files of this line
files-most = At most { $most } files go with one line.
file-reading = Reading…
file-drawing = Drawing…
file-waiting = Waiting to be sent
file-sending = Sending, { $percent } %
file-fetching = Fetching, { $percent } %
file-away = The picture is not on this computer
file-away-offline = On the server; shown when connected
file-not-sent-yet = Not sent yet by its author’s computer
file-show = Show { $name }
file-save = Save { $name }
file-save-short = Save
file-remove = Take out { $name }
file-previous = Previous picture
file-next = Next picture
file-count = { $at } of { $of }

## Objections
error-file-too-large = Larger than 25 MB. Put it where your team keeps such files, and link it.
error-file-gone = This file is not on this computer any more. Add it again.
error-file-hash = The bytes that came are not those of this file.
error-file-length = The length is not that of this file.
error-file-not-saved = The disk did not take this file.
error-file-not-taken = This file could not be read.
error-file-refused = The server does not take this file.
error-files-too-many = At most 20 files go with one line.
error-files-with-verb = Files go with a line. Take them out, or write a line.
error-picture-too-large = Too large to be shown as a picture; it can be saved.
error-picture-unreadable = Not readable as a picture; it can be saved.
error-picture-slow = Drawing this picture takes too long; it can be saved.
