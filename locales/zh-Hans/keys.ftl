### 查找框与快捷键表中的命令名称。

skip-to-content = 跳到内容
keys-title = 快捷键
keys-description = 这些命令也都在查找框中。
keys-off = 单字母快捷键已在设置中关闭。
keys-find = 查找
keys-go-now = 转到“现在”
keys-go-incidents = 转到“事件”
keys-go-queue = 前往队列
keys-go-pages = 转到“我的呼叫”
keys-go-on-call = 转到“待命”
keys-go-settings = 转到“设置”
keys-go-conflicts = 转到被拒绝的更改
keys-row-next = 下一行
keys-row-previous = 上一行
