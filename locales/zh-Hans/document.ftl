### 事件状态文档、旁边的表格，以及导出为 Markdown 的事件。

## 事件的标签页
record-stream = 信息流
record-document = 文档
record-tabs = 此事件的记录

## 文档
document-title = 事件状态文档
document-label = 事件状态文档，Markdown
document-empty = 还没有人开始写这份文档。这里写所有人都要知道的事：当前状态、已知情况、正在尝试什么。
document-begin = 开始写文档
document-reading = 正在读取文档…
document-behind = 服务器上还有更多内容，连上服务器后就会取回。
document-unsent = 已存在本机，尚未发送
document-saved = 已保存
document-held = 服务器没有接收最后写入的内容：文档太大。内容已保留在这台电脑上。请先复制到别处，再缩短文档。
document-too-large = 内容太长，放不进文档。请存成文件，再贴上链接。
document-not-saved = 未能保存。请复制你输入的内容。
document-read-only = 你可以阅读。要编辑，请先登录。
document-hint-leave = 再按 Tab 离开编辑器
document-hint-link = 打开链接
document-here = 另有 { $count } 人在此：{ $names }

## 表格
changes-title = 对生产环境的更改
changes-empty = 还没有记下任何更改。
changes-add = 记下一项更改
change-what = 内容
change-who = 执行人
change-when = 时间
change-how = 做法
change-why = 原因
change-revert = 如何回退
change-state = 状态
change-planned = 计划中
change-doing = 进行中
change-done = 已完成
change-reverted = 已回退
workstreams-title = 工作流
workstreams-empty = 还没有工作流。
workstreams-add = 新建工作流
workstream-name = 名称
workstream-goal = 目标
workstream-owner = 负责人
workstream-state = 状态
workstream-active = 进行中
workstream-blocked = 受阻
workstream-done = 已完成
workstream-dropped = 已放弃
table-nobody = 无人
table-actions = 操作
table-withdraw = 撤回
table-restore = 恢复
table-add = 添加
table-cancel = 取消
table-cell = “{ $row }”的{ $column }
table-hint = 按 Enter 保存单元格，按 Esc 保持原样。

## 导出
export-open = 导出为 Markdown…
export-title = Markdown 格式的事件记录
export-description = 包括事件状态文档、表格，以及时间线和其中的更正，以这台电脑上的内容为准。时间为 UTC。
export-copy = 复制
export-copied = 已复制：整份记录（Markdown）。
export-not-copied = 剪贴板不可用。请选中文字后复制。
export-nothing = 无。
export-document = 事件状态文档
export-timeline = 时间线
export-severity = 严重性级别
export-state = 状态
export-im = 事件管理员
export-declared = 创建
export-start = 影响开始
export-detected = 检测时刻
export-end = 影响结束
export-written = 导出时间
export-files = 文件：{ $files }
export-corrected-text = { $at } { $person }：原文“{ $from }”，改为“{ $to }”
export-corrected-time = { $at } { $person }：原时间 { $from }，改为 { $to }
export-corrected-kind = { $at } { $person }：原为{ $from }，改为{ $to }
export-retracted = { $at } { $person }：已撤回
export-restored = { $at } { $person }：已恢复
