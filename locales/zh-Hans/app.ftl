### 框架、看板、列表以及各表单共用的词。

## 房间
rail-now = 现在
rail-incidents = 事件
rail-pages = 我的呼叫
rail-on-call = 待命
rail-settings = 设置
rail-label = 页面
rail-me-on-call = 待命中
rail-me-managing = { $key }
rail-me-off = 未待命

## 托盘（Rust 使用）
tray-idle = 没有未关闭的事件
tray-open = { $count } 个未关闭的事件
tray-ringing = { $count } 个呼叫正在响铃
tray-offline = 离线：这台电脑收不到呼叫
tray-on-call = 您正在待命
tray-declare = 创建事件…
tray-show = 显示 Firebell
tray-quit = 退出 Firebell
tray-quit-on-call = 退出 Firebell（您正在待命：这台电脑将不会响铃）
stays-open-title = Firebell 仍在运行
stays-open-body = 再次关闭窗口即可退出。
stays-open-on-call = 您正在待命，只有它在运行时才能响铃。再次关闭窗口即可退出。

## 看板
board-title = { $count ->
    [0] 没有未关闭的事件
   *[other] { $count } 个未关闭的事件
  }
board-first = 这里列出最严重的 { $count } 个。
board-all = 查看全部事件
board-synced = 上次同步 { $at }
board-nobody-paged = 没有呼叫到任何人
board-ringing = 呼叫正在响铃
board-no-im = 尚无 IM
board-waits = 等待事件管理员
board-queue = 在团队队列中
board-empty-title = 一切平静
board-empty-text = 一旦出了问题就创建事件：一分钟足够，不必什么都清楚。
board-on-call = 当前待命
board-you = 您
board-test-page = 测试呼叫
board-test-answered = { $ago }已应答
board-test-never = 尚未试过
board-shift-now = 您的班次
board-shift-next = 您的下一班
board-shift-none = 没有安排
board-shift-until = { $schedule }，至 { $at }
board-shift-always = { $schedule }，独自轮值
board-shift-from = { $schedule }，{ $at } 起
board-wall = 大屏模式
board-wall-leave = 退出大屏模式

## 事件
list-title = 事件
list-search = 搜索摘要和时间线
list-filter = 状态
list-all = 全部
list-open = 未关闭
list-more = 显示更多
list-nothing = 没有符合的事件。
list-count = 已显示 { $count } 个

## 查找
palette-open = 查找事件、人员或命令
palette-title = 查找
palette-placeholder = 事件键或其中的词、姓名、命令
palette-commands = 命令
palette-incidents = 事件
palette-people = 人员
palette-nothing = 没有找到
palette-failed = 搜索失败；命令仍可使用。

## 通用
action-back = 返回
action-cancel = 取消
action-close-window = 关闭
action-copied = 已复制
action-copy = 复制
action-edit = 编辑
action-read-again = 显示当前内容
action-save = 保存
action-try-again = 重试
badge-drill = 演练
badge-restricted = 受限
badge-test = 测试
badge-unsent = 未发送
badge-unsent-long = 已保存在这台电脑上，等待发送
clock-since-start = 自影响开始
clock-since-declared = 自创建
combo-choose = 请选择…
combo-nothing = 没有符合的选项
combo-open = 显示选项
date-now = 现在
date-clear = 清空“{ $field }”
duration-just-now = 刚刚
duration-minutes = { $minutes } 分钟
duration-hours = { $minutes ->
    [0] { $hours } 小时
   *[other] { $hours } 小时 { $minutes } 分钟
  }
duration-days = { $hours ->
    [0] { $days } 天
   *[other] { $days } 天 { $hours } 小时
  }
duration-days-clock = { $days } 天 { $clock }
field-optional = 可不填
person-managing = 正在管理 { $key }
reason-label = 原因
service-unknown = 未知服务
value-unknown = 未知
