### 时间线记录中的图片和其他文件。

files-attach = 添加文件
files-attach-hint = 添加文件，也可粘贴图片或把文件拖到这里
files-attached = 随这条记录一起写入的文件
files-of-line = 这条记录的文件
files-most = 一条记录最多 { $most } 个文件。
file-reading = 正在读取…
file-drawing = 正在绘制…
file-waiting = 等待发送
file-sending = 正在发送，{ $percent } %
file-fetching = 正在取回，{ $percent } %
file-away = 图片不在这台电脑上
file-away-offline = 在服务器上，连接后显示
file-not-sent-yet = 作者的电脑尚未发送
file-show = 查看 { $name }
file-save = 保存 { $name }
file-save-short = 保存
file-remove = 移除 { $name }
file-previous = 上一张图片
file-next = 下一张图片
file-count = 第 { $at } 张，共 { $of } 张

## Objections
error-file-too-large = 超过 25 MB。请放到团队存放这类文件的地方，再贴上链接。
error-file-gone = 这个文件已不在这台电脑上，请重新添加。
error-file-hash = 收到的内容与这个文件不符。
error-file-length = 长度与这个文件不符。
error-file-not-saved = 磁盘未能写入这个文件。
error-file-not-taken = 无法读取这个文件。
error-file-refused = 服务器不接受这个文件。
error-files-too-many = 一条记录最多 20 个文件。
error-files-with-verb = 文件只能随一条记录写入。请移除文件，或改写为一条记录。
error-picture-too-large = 太大，无法作为图片显示；可以保存。
error-picture-unreadable = 无法作为图片读取；可以保存。
error-picture-slow = 绘制这张图片耗时过长；可以保存。
